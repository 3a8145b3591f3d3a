import type { Clock } from '#core/ports/clock.js';

export interface RateLimit {
  /** So many at once, and so many in each window. */
  readonly quota: number;
  readonly windowMs: number;
}

export interface RateState {
  readonly isAllowed: boolean;
  /** How many more would be allowed at once. */
  readonly remaining: number;
  /** Until the next is allowed when this one is not; until the whole quota is there again when it is. */
  readonly waitMs: number;
}

/** More keys than this and the longest unused are forgotten: whoever makes up keys must not fill the memory. */
const MOST_KEYS = 10_000;

/**
 * The generic cell rate algorithm: for each key one instant, when all that was taken so far would have been earned back.
 * Takes are spread over the window by themselves, and nothing needs a timer.
 */
export class RateLimiter {
  readonly #earnedBackAtMs = new Map<string, number>();

  constructor(
    readonly limit: RateLimit,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  /** Takes one if it is allowed. */
  take(key: string): RateState {
    const debtMs = this.#debtMs(key);
    const state = this.#state(debtMs);
    if (!state.isAllowed) return state;
    const after = debtMs + this.#costMs;
    this.#earnedBackAtMs.delete(key);
    this.#earnedBackAtMs.set(key, this.clock.monotonicMs() + after);
    this.#forgetOldest();
    return { isAllowed: true, remaining: this.#remaining(after), waitMs: after };
  }

  /** Undoes a take that turned out not to count. */
  giveBack(key: string): void {
    const earnedBackAtMs = this.#earnedBackAtMs.get(key);
    if (earnedBackAtMs !== undefined) this.#earnedBackAtMs.set(key, earnedBackAtMs - this.#costMs);
  }

  get #costMs(): number {
    return this.limit.windowMs / this.limit.quota;
  }

  #debtMs(key: string): number {
    return Math.max(0, (this.#earnedBackAtMs.get(key) ?? 0) - this.clock.monotonicMs());
  }

  #state(debtMs: number): RateState {
    const overdrawnMs = debtMs + this.#costMs - this.limit.windowMs;
    const isAllowed = overdrawnMs <= ROUNDING_MS;
    return { isAllowed, remaining: this.#remaining(debtMs), waitMs: isAllowed ? debtMs : overdrawnMs };
  }

  #remaining(debtMs: number): number {
    return Math.max(0, Math.floor((this.limit.windowMs - debtMs + ROUNDING_MS) / this.#costMs));
  }

  #forgetOldest(): void {
    for (const oldest of this.#earnedBackAtMs.keys()) {
      if (this.#earnedBackAtMs.size <= MOST_KEYS) return;
      this.#earnedBackAtMs.delete(oldest);
    }
  }
}

const ROUNDING_MS = 1e-6;
