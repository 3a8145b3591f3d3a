/** A table of numbers, all 0 at first. */
export class Grid {
  readonly #cells: Float64Array;

  constructor(
    rows: number,
    private readonly columns: number,
  ) {
    this.#cells = new Float64Array(rows * columns);
  }

  at(row: number, column: number): number {
    return this.#cells[row * this.columns + column] ?? 0;
  }

  set(row: number, column: number, value: number): void {
    this.#cells[row * this.columns + column] = value;
  }

  add(row: number, column: number, value: number): void {
    this.set(row, column, this.at(row, column) + value);
  }

  clear(): void {
    this.#cells.fill(0);
  }

  sum(): number {
    return this.#cells.reduce((sum, cell) => sum + cell, 0);
  }

  sumOfRow(row: number): number {
    let sum = 0;
    for (let column = 0; column < this.columns; column += 1) sum += this.at(row, column);
    return sum;
  }

  copy(): Grid {
    const copy = new Grid(this.#cells.length / this.columns, this.columns);
    copy.#cells.set(this.#cells);
    return copy;
  }
}
