import type { Timers } from './timers.js';

/** Timers by whole milliseconds, as Node has them, on a clock that a test turns; made for many thousands of them. */
export class FakeTimers implements Timers {
  readonly #due = new Map<number, Set<() => void>>();
  #nowMs = 0;

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const dueMs = this.#nowMs + Math.max(1, Math.trunc(delayMs));
    const tasks = this.#due.get(dueMs) ?? new Set();
    const entry = () => {
      task();
    };
    this.#due.set(dueMs, tasks.add(entry));
    return () => tasks.delete(entry);
  }

  /** Lets time pass, each task at its moment. */
  async advance(durationMs: number): Promise<void> {
    for (const endMs = this.#nowMs + durationMs; this.#nowMs < endMs;) {
      this.#nowMs += 1;
      await this.#runDue(this.#nowMs);
    }
  }

  /** Time passes while nothing runs, as when something blocks the event loop; then all that is overdue runs at once. */
  async stall(durationMs: number): Promise<void> {
    const fromMs = this.#nowMs + 1;
    this.#nowMs += durationMs;
    for (let dueMs = fromMs; dueMs <= this.#nowMs; dueMs += 1) await this.#runDue(dueMs);
  }

  async #runDue(dueMs: number): Promise<void> {
    const tasks = this.#due.get(dueMs);
    if (tasks === undefined) return;
    this.#due.delete(dueMs);
    for (const task of tasks) task();
    // What the tasks resolved goes its way, some awaits deep, before the next moment.
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  }
}
