import { setImmediate } from 'node:timers/promises';

/** Short enough that nobody who waits for an answer of the API notices. */
const SLICE_MS = 4;

/** Cuts long work on the event loop's thread into slices; between two the loop turns. */
export class TimeSlices {
  #startedAtMs = performance.now();

  /** To be awaited after every few tenths of a millisecond of work. */
  async pause(): Promise<void> {
    if (performance.now() - this.#startedAtMs < SLICE_MS) return;
    await setImmediate();
    this.#startedAtMs = performance.now();
  }
}
