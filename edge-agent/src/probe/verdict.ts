import { NO_LATENCIES, withLatency, type LatencyWindow } from './latency-window.js';
import { NO_PROBES, withProbe, type LossWindow } from './loss-window.js';

/** What the probes of one target have shown so far. */
export interface Verdict {
  /** `null` until enough probes agreed. */
  readonly up: boolean | null;
  /** Probes in a row that contradict `up`; positive for successes, negative for failures. */
  readonly streak: number;
  readonly latencies: LatencyWindow;
  readonly losses: LossWindow;
}

export interface Thresholds {
  /** Failures in a row after which the target is down. */
  readonly unhealthyThreshold: number;
  /** Successes in a row after which it is up. */
  readonly healthyThreshold: number;
}

/** `latencyMs` of a probe that succeeded, or `null` for one that failed. */
export type ProbeResult = number | null;

export const UNKNOWN: Verdict = { up: null, streak: 0, latencies: NO_LATENCIES, losses: NO_PROBES };

/** Found by an earlier agent. */
export const DOWN: Verdict = { ...UNKNOWN, up: false };

/** One more probe. A success within a row of failures starts the count again, and the reverse. */
export function judge(verdict: Verdict, result: ProbeResult, thresholds: Thresholds): Verdict {
  const succeeded = result !== null;
  const latencies = succeeded ? withLatency(verdict.latencies, result) : verdict.latencies;
  const losses = withProbe(verdict.losses, succeeded);
  if (verdict.up === succeeded) return { up: succeeded, streak: 0, latencies, losses };
  const direction = succeeded ? 1 : -1;
  const streak = Math.sign(verdict.streak) === direction ? verdict.streak + direction : direction;
  const isProven = succeeded ? streak >= thresholds.healthyThreshold : -streak >= thresholds.unhealthyThreshold;
  return isProven ? { up: succeeded, streak: 0, latencies, losses } : { up: verdict.up, streak, latencies, losses };
}
