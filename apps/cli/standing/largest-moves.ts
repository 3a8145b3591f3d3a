import type { Schemas } from '#client/weir-client.js';
import type { Move } from './standing.js';

/** Below, it is noise of the representation. */
const SMALLEST_POINTS = 0.05;

/** What the last cycle moved, the largest move first; a first placement moves nothing. */
export function largestMoves(shares: readonly Schemas['Shares'][]): readonly Move[] {
  return shares
    .flatMap(({ loadBalancer, pairs }) =>
      pairs.map(({ edge, explanation, shares: ofPair }) => ({
        loadBalancer,
        edge,
        // What leaves one origin arrives at another.
        points: ofPair.reduce(
          (sum, { share, previousShare }) => sum + 50 * Math.abs(share - (previousShare ?? share)),
          0,
        ),
        explanation,
      })),
    )
    .filter(({ points }) => points >= SMALLEST_POINTS)
    .sort((left, right) => right.points - left.points);
}
