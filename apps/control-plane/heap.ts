import { setFlagsFromString } from 'node:v8';

/** It may grow by this much beyond what was alive when it was last cleared. */
const GROWTH_PERCENT = 50;

/** As V8 sees fit. */
const UNRESTRAINED = 0;

/** How far V8 may let memory grow, in all threads of the process. */
export class Heap {
  #isRestrained = false;

  constructor(private readonly setFlags: (flags: string) => void = setFlagsFromString) {}

  /**
   * Polls and reports live for seconds, long enough to be moved to where V8 clears up last. Left to itself it lets that part
   * grow to several times of what is alive: with a thousand agents a third of all memory was garbage.
   */
  restrain(): void {
    this.#isRestrained = true;
    this.#letGrowBy(GROWTH_PERCENT);
  }

  /** What fills memory with millions of objects for a moment takes a quarter longer while it is restrained. */
  async withRoom<T>(run: () => Promise<T>): Promise<T> {
    if (!this.#isRestrained) return run();
    this.#letGrowBy(UNRESTRAINED);
    try {
      return await run();
    } finally {
      this.#letGrowBy(GROWTH_PERCENT);
    }
  }

  #letGrowBy(percent: number): void {
    this.setFlags(`--heap-growing-percent=${percent}`);
  }
}

/** That of this process. */
export const HEAP = new Heap();
