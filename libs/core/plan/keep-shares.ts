import type { PairEstimate } from '../estimate/estimate.js';
import { sharesByCapacity } from '../formulate/shares-by-capacity.js';
import type { Standing } from '../formulate/standing.js';
import type { OriginName } from '../model/name.js';
import { tidyShares } from './tidy-shares.js';

/**
 * The shares of a pair that nothing is to be decided for: the last ones, or what operators set, without what may not serve
 * any more, whose part goes to the others in proportion. Where nothing is left of them, or there were none: by capacity.
 *
 * So too where no origin is healthy from the edge (`fail-open`): a probe that fails everywhere is more likely wrong than
 * every origin dead, and refusing everybody helps nobody. `wholeRates` in connections per second, `null` when unlimited.
 */
export function keepShares(
  { arcs }: PairEstimate,
  { kind, held, previous }: Standing,
  wholeRates: ReadonlyMap<OriginName, number | null>,
): readonly number[] {
  if (kind === 'unserved') return arcs.map(() => 0);
  const mayServe = arcs.map(({ eligibility }) => eligibility === (kind === 'fail-open' ? 'unhealthy' : 'eligible'));
  const last = arcs.map((_arc, index) => (mayServe[index] === true ? ((held ?? previous)?.[index] ?? 0) : 0));
  const sum = last.reduce((total, share) => total + share, 0);
  return tidyShares(sum > 0 ? last.map((share) => share / sum) : sharesByCapacity(arcs, wholeRates, mayServe));
}
