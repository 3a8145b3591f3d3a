import type { Score } from '../metrics/score.js';
import type { ShareHistory } from '../metrics/share-history.js';
import type { Scenario } from '../scenarios/scenario.js';
import type { Measurements } from './play.js';

/** One scenario under one policy. */
export interface Run extends UnjudgedRun {
  readonly score: Score;
}

export interface UnjudgedRun extends Measurements {
  readonly shares: ShareHistory;
  /** Of the damping contract; `null` for policies that give no reasons to judge. */
  readonly breaches: readonly string[] | null;
}

/** Figures of a run, some of them against those of the reference. */
export function scoreOf(scenario: Scenario, run: UnjudgedRun, reference: UnjudgedRun): Score {
  const { meter, shares, breaches } = run;
  const { durationSeconds, settledFromSeconds, disturbedAtSeconds } = scenario;
  const moves = shares.moves(0, durationSeconds);
  const settledSince = shares.settledSinceSeconds(settledFromSeconds);
  const unavoidable = reference.meter.overloadedMinutes();
  return {
    overloadSeconds: meter.overloadSeconds,
    excessConnections: meter.excessConnections,
    failedConnections: meter.failedConnections,
    meanLatencyMs: meter.latency.mean(),
    p99LatencyMs: meter.latency.quantile(0.99),
    latencyRatio: meter.latency.mean() / reference.meter.latency.mean(),
    avoidableOverloadMinutes: [...meter.overloadedMinutes()].filter((minute) => !unavoidable.has(minute)).length,
    shareMoves: moves.length,
    largestMovePoints: 100 * moves.reduce((most, move) => Math.max(most, Math.abs(move)), 0),
    settledReversals: shares.reversals(settledFromSeconds, durationSeconds),
    settledDeviationPoints: 100 * shares.deviation(settledFromSeconds, durationSeconds),
    settlingSeconds: settledSince === null ? null : Math.max(0, settledSince - disturbedAtSeconds),
    contractBreaches: breaches?.length ?? null,
  };
}
