/** A laptop that slept must not wake up to minutes of connections at once. */
const LONGEST_CATCH_UP_MS = 250;

/** Says how many connections are due, so that they come evenly and at the given rate whatever else happens. */
export class Pacer {
  readonly #intervalMs: number;
  #nextAtMs: number;

  constructor(ratePerSecond: number, startMs: number) {
    this.#intervalMs = 1000 / ratePerSecond;
    this.#nextAtMs = startMs;
  }

  /** How many to open now. `nowMs` never goes back. */
  due(nowMs: number): number {
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs - LONGEST_CATCH_UP_MS);
    if (nowMs < this.#nextAtMs) return 0;
    const count = Math.floor((nowMs - this.#nextAtMs) / this.#intervalMs) + 1;
    this.#nextAtMs += count * this.#intervalMs;
    return count;
  }
}
