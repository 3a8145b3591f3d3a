/** How the connections of one measurement were spread, in the order in which they were opened. */
export interface Spread {
  readonly connections: number;
  /** Of the first destination. */
  readonly sharePercent: number;
  /** Measured share less the weights' share. */
  readonly errorPoints: number;
  /** The most connections in a row that went to the first, and to the second. */
  readonly longestRuns: readonly [number, number];
}

/** What a sequence of answers says, given the weights of the two destinations. */
export function spreadOf(
  answeredBy: readonly (string | null)[],
  [first, second]: readonly [string, string],
  weights: readonly [number, number],
): Spread {
  const share = answeredBy.filter((origin) => origin === first).length / answeredBy.length;
  const wanted = weights[0] / (weights[0] + weights[1]);
  return {
    connections: answeredBy.length,
    sharePercent: 100 * share,
    errorPoints: 100 * (share - wanted),
    longestRuns: [longestRun(answeredBy, first), longestRun(answeredBy, second)],
  };
}

function longestRun(answeredBy: readonly (string | null)[], origin: string): number {
  let longest = 0;
  let current = 0;
  for (const each of answeredBy) {
    current = each === origin ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}
