const LINES_KEPT = 25;

/** The last lines of a stream of text that comes in pieces. */
export class LogTail {
  #lines: string[] = [];
  #unfinished = '';

  get lines(): readonly string[] {
    const lines = this.#unfinished === '' ? this.#lines : [...this.#lines, this.#unfinished];
    return lines.slice(-LINES_KEPT);
  }

  append(text: string): void {
    const pieces = (this.#unfinished + text).split('\n');
    this.#unfinished = pieces.pop() ?? '';
    this.#lines = [...this.#lines, ...pieces].slice(-LINES_KEPT);
  }
}
