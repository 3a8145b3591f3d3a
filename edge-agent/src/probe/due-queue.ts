/** Something that falls due. */
export interface DueEntry {
  readonly dueMs: number;
}

/**
 * What falls due, the earliest first; of what falls due together, in any order. A binary heap in one array: a map or a set
 * that is added to and deleted from all the time keeps its garbage alive (an outgrown table of V8's points to its successor,
 * and once it is old enough so does all that was in any of them), until the whole heap is collected.
 */
export class DueQueue<Entry extends DueEntry> {
  readonly #entries: Entry[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    let at = this.#entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#dueAt(parent) <= entry.dueMs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#entries[at] = entry;
  }

  takeFirst(): Entry | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  /** Puts the entry where the first one was, and then below all that fall due before it. */
  #sink(entry: Entry): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = this.#dueAt(left + 1) < this.#dueAt(left) ? left + 1 : left;
      if (this.#dueAt(child) >= entry.dueMs) break;
      this.#move(child, at);
      at = child;
    }
    this.#entries[at] = entry;
  }

  /** Beyond the end nothing is ever due. */
  #dueAt(at: number): number {
    return this.#entries[at]?.dueMs ?? Infinity;
  }

  #move(from: number, to: number): void {
    const entry = this.#entries[from];
    if (entry !== undefined) this.#entries[to] = entry;
  }
}
