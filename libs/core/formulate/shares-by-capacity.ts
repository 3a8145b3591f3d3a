import type { ArcEstimate } from '../estimate/estimate.js';
import type { OriginName } from '../model/name.js';

/** Shares in proportion to capacity among the candidates, 0 for the others; they sum to 1 if there is a candidate. */
export function sharesByCapacity(
  arcs: readonly ArcEstimate[],
  wholeRates: ReadonlyMap<OriginName, number | null>,
  candidates: readonly boolean[],
): readonly number[] {
  const rates = arcs.map(({ origin }, index) => (candidates[index] === true ? (wholeRates.get(origin) ?? null) : 0));
  // An unlimited origin counts as much as the largest limited one.
  const unlimited = Math.max(1, ...rates.map((rate) => rate ?? 0));
  const weights = rates.map((rate) => rate ?? unlimited);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const count = candidates.filter(Boolean).length;
  return weights.map((weight, index) => (candidates[index] !== true ? 0 : total > 0 ? weight / total : 1 / count));
}
