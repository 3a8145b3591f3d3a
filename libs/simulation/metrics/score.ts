/** What a policy made of a scenario. */
export interface Score {
  /** Seconds in which an origin was more than a hundredth above its capacity, counted for each origin. */
  readonly overloadSeconds: number;
  /** Connections beyond the capacity of the origin that got them. */
  readonly excessConnections: number;
  /** Connections that found a dead endpoint, a lost edge, or no weight at all. */
  readonly failedConnections: number;
  /** From edge to origin and back, with queueing; over all connections that did not fail. */
  readonly meanLatencyMs: number;
  readonly p99LatencyMs: number;
  /** Mean latency as a multiple of the reference's. */
  readonly latencyRatio: number;
  /** Minutes in which an origin was overloaded on the mean, and was not under the reference. */
  readonly avoidableOverloadMinutes: number;
  /** Shares that changed, counted for each cycle. */
  readonly shareMoves: number;
  readonly largestMovePoints: number;
  /** Once all should have settled: how often shares changed direction, and the deviation of the one that varies most. */
  readonly settledReversals: number;
  readonly settledDeviationPoints: number;
  /** From the disturbance until every share is within 2 points of where it stays; `null` when it never is. */
  readonly settlingSeconds: number | null;
  /** `null` for policies that give no reasons to judge. */
  readonly contractBreaches: number | null;
}
