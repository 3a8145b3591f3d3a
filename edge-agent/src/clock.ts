import { performance } from 'node:perf_hooks';

/** Time as the agent sees it; tests turn it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May step. */
  nowMs(): number;
  /** Milliseconds on a clock that never steps, from an arbitrary origin. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
