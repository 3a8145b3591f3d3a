import type { Distribution } from '../model/load-balancer.js';

/**
 * Fine weights suit the hash table (4,093 slots) and the least-connection comparison. Round-robin walks the weight scale
 * step by step and serves the heaviest server in one burst as long as the scale is fine (weights 903 and 97 put 599 of
 * 600 connections on one server; 9 and 1 interleave), so it gets the smallest integers that are close enough.
 */
const FINE_TOTAL = 1_000;
const COARSE_TOLERANCE = 0.005;

/**
 * Integer weights in proportion to `parts` (none negative; they need not sum to 1, since an origin taken out of use
 * leaves a gap). Round-robin weights are within half a point of each one's fraction of the whole, the others within a
 * tenth. Not all 0 unless all parts are.
 */
export function integerWeights(parts: readonly number[], distribution: Distribution): readonly number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (!(whole > 0)) return parts.map(() => 0);
  const fractions = parts.map((part) => part / whole);
  if (distribution !== 'weighted-round-robin') return apportion(fractions, FINE_TOTAL);
  for (let total = 1; total < FINE_TOTAL; total += 1) {
    const weights = apportion(fractions, total);
    if (isClose(weights, fractions, total)) return weights;
  }
  return apportion(fractions, FINE_TOTAL);
}

/** Largest-remainder apportionment: non-negative integers that sum to `total`, each within 1 of its exact part. */
function apportion(fractions: readonly number[], total: number): readonly number[] {
  const exact = fractions.map((fraction) => fraction * total);
  const weights = exact.map(Math.floor);
  const left = total - weights.reduce((whole, weight) => whole + weight, 0);
  if (left === 0) return weights;
  const remainders = exact.map((value) => value - Math.floor(value));
  const byRemainder = [...remainders.keys()].sort(
    (one, other) => (remainders[other] ?? 0) - (remainders[one] ?? 0) || one - other,
  );
  for (const index of byRemainder.slice(0, left)) weights[index] = (weights[index] ?? 0) + 1;
  return weights;
}

function isClose(weights: readonly number[], fractions: readonly number[], total: number): boolean {
  return weights.every((weight, index) => Math.abs(weight / total - (fractions[index] ?? 0)) <= COARSE_TOLERANCE);
}
