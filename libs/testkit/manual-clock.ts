import type { Clock } from '#core/ports/clock.js';

/** A clock that stands still until a test turns it. Its two times have different origins, so that mixing them up shows. */
export class ManualClock implements Clock {
  #wallMs = Date.UTC(2026, 0, 1);
  #monotonicMs = 1_000;

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Lets time pass on both clocks. */
  advance(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  /** Sets the wall clock forward or back, as a time server may; no time passes. */
  stepWallClock(ms: number): void {
    this.#wallMs += ms;
  }
}
