import type { ArcEstimate, OriginEstimate } from '../estimate/estimate.js';

/**
 * Shares of a pair none of whose origins is healthy: in proportion to declared capacity among those operators left in
 * use, `null` for the others. A probe that fails everywhere is more likely wrong than every origin dead, and refusing
 * everybody helps nobody.
 */
export function failOpenShares(
  arcs: readonly ArcEstimate[],
  origins: ReadonlyMap<string, OriginEstimate>,
): readonly (number | null)[] {
  const declared = arcs.map((arc) => (arc.eligibility === 'unhealthy' ? (origins.get(arc.origin) ?? null) : null));
  const rates = declared.flatMap((origin) => (origin?.declaredRate == null ? [] : [origin.declaredRate]));
  // An unlimited origin counts as much as the largest limited one.
  const unlimited = Math.max(1, ...rates);
  const weights = declared.map((origin) => (origin === null ? null : (origin.declaredRate ?? unlimited)));
  const total = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
  const candidates = weights.filter((weight) => weight !== null).length;
  return weights.map((weight) => (weight === null ? null : total > 0 ? weight / total : 1 / candidates));
}
