/** What one origin should serve, as a part of the whole, and each of its endpoints of that; none negative. */
export interface OriginPart {
  readonly fraction: number;
  readonly endpoints: readonly number[];
}

/**
 * Integers that sum to `total` for the endpoints of all origins, in their order. The total is shared out to origins
 * first, then within each: rounding many small endpoints one by one would change what their origin gets as a whole.
 */
export function apportionOrigins(
  origins: readonly OriginPart[],
  total: number,
  turn: number,
): readonly (readonly number[])[] {
  const totals = apportion(
    origins.map(({ fraction }) => fraction),
    total,
    turn,
  );
  return origins.map(({ endpoints }, index) => apportion(endpoints, totals[index] ?? 0, turn));
}

/**
 * Largest-remainder apportionment of `total` in proportion to `fractions`, which sum to 1: non-negative integers that sum
 * to `total`, each within 1 of its exact part, and 0 for 0. Where equals cannot get equal parts, `turn` says with whom to
 * begin.
 */
export function apportion(fractions: readonly number[], total: number, turn: number): readonly number[] {
  const exact = fractions.map((fraction) => fraction * total);
  const weights = exact.map(Math.floor);
  const left = total - weights.reduce((whole, weight) => whole + weight, 0);
  if (left === 0) return weights;
  const remainder = (index: number): number => (exact[index] ?? 0) - Math.floor(exact[index] ?? 0);
  const place = (index: number): number => (index + turn) % fractions.length;
  const byRemainder = [...fractions.keys()].sort(
    (one, other) => remainder(other) - remainder(one) || place(one) - place(other),
  );
  for (const index of byRemainder.slice(0, left)) weights[index] = (weights[index] ?? 0) + 1;
  return weights;
}

/**
 * By how much the integers miss what an origin or an endpoint should get, at most; as a part of the whole. They may sum
 * to anything.
 */
export function worstError(origins: readonly OriginPart[], weights: readonly (readonly number[])[]): number {
  const sums = weights.map((ofOrigin) => ofOrigin.reduce((sum, weight) => sum + weight, 0));
  const total = sums.reduce((whole, sum) => whole + sum, 0);
  let worst = 0;
  origins.forEach(({ fraction, endpoints }, origin) => {
    worst = Math.max(worst, Math.abs((sums[origin] ?? 0) / total - fraction));
    endpoints.forEach((part, index) => {
      worst = Math.max(worst, Math.abs((weights[origin]?.[index] ?? 0) / total - fraction * part));
    });
  });
  return worst;
}
