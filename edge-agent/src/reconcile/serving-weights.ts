import type { Hop } from '../configuration/routes.js';

/** The largest weight a published endpoint may have; IPVS itself takes more. */
export const MAX_WEIGHT = 65_535;

/**
 * Weights for the hops of one service, in their order, when only some can serve: an origin's share was decided for the
 * origin as a whole, so the endpoints it has left take over from those it lost. Only an origin with none left gives its
 * share up, to the others in proportion. Weights stay integers; they are exact unless that would make them too large.
 */
export function servingWeights(hops: readonly Hop[], canServe: (hop: Hop) => boolean): readonly number[] {
  const published = totalsByOrigin(hops, () => true);
  const serving = totalsByOrigin(hops, canServe);
  const fractions = hops.map((hop): Fraction => {
    const left = serving.get(hop.origin) ?? 0;
    if (!canServe(hop) || left === 0) return { numerator: 0, denominator: 1 };
    return reduced({ numerator: hop.weight * (published.get(hop.origin) ?? 0), denominator: left });
  });
  const scale = fractions.reduce((multiple, { denominator }) => leastCommonMultiple(multiple, denominator), 1);
  const exact = fractions.map(({ numerator, denominator }) => numerator * (scale / denominator));
  if (Math.max(...exact) <= MAX_WEIGHT) return exact;
  // Fine weights lose next to nothing by rounding; coarse ones, which must stay exact, are small.
  return fractions.map(({ numerator, denominator }) => Math.round(numerator / denominator));
}

interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

function totalsByOrigin(hops: readonly Hop[], counts: (hop: Hop) => boolean): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const hop of hops.filter(counts)) totals.set(hop.origin, (totals.get(hop.origin) ?? 0) + hop.weight);
  return totals;
}

function reduced({ numerator, denominator }: Fraction): Fraction {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

function leastCommonMultiple(one: number, other: number): number {
  return (one / greatestCommonDivisor(one, other)) * other;
}
