import { apportion, type OriginPart, worstError } from './apportion.js';

/** Half a point. */
const CLOSE_ENOUGH = 0.005;

/** What should serve less may get nothing: half of one connection in as many as the hash table has slots. */
const WORTH_A_WEIGHT = 1 / (2 * 4_093);

/** Every total is tried up to here, then some in proportion. */
const EVERY_TOTAL_UP_TO = 64;

/** By then everything that is worth a weight has its due. */
const LARGEST_TOTAL = 2 / WORTH_A_WEIGHT;

/**
 * IPVS's `wrr` walks the weight scale step by step and serves the heaviest server in one burst as long as the scale is fine
 * (weights 903 and 97 put 599 of 600 connections on one server; 9 and 1 interleave). So it gets small integers: the first
 * that give every origin and endpoint within half a point of its part, and something to each.
 */
export function roundRobinWeights(origins: readonly OriginPart[], turn: number): readonly (readonly number[])[] {
  let total = smallestTotal(origins);
  for (;;) {
    const weights = weightsOf(origins, total, turn);
    if (worstError(origins, weights) <= CLOSE_ENOUGH + 1e-12 || total >= LARGEST_TOTAL) return weights;
    total += Math.max(1, Math.floor(total / EVERY_TOTAL_UP_TO));
  }
}

/** Below it, something for each endpoint is too much for one of them, or for one of the origins. */
function smallestTotal(origins: readonly OriginPart[]): number {
  const needs = origins.flatMap(({ fraction, endpoints }) => [
    minimumOf(endpoints, fraction) / (fraction + CLOSE_ENOUGH),
    ...endpoints.map((part) => (isWorthAWeight(fraction * part) ? 1 / (fraction * part + CLOSE_ENOUGH) : 0)),
  ]);
  return Math.max(1, Math.ceil(needs.reduce((most, need) => Math.max(most, need), 0) - 1e-9));
}

function weightsOf(origins: readonly OriginPart[], total: number, turn: number): readonly (readonly number[])[] {
  const totals = apportionAtLeast(
    origins.map(({ fraction }) => fraction),
    origins.map(({ fraction, endpoints }) => minimumOf(endpoints, fraction)),
    total,
    turn,
  );
  return origins.map(({ fraction, endpoints }, index) =>
    apportionAtLeast(
      endpoints,
      endpoints.map((part) => (isWorthAWeight(fraction * part) ? 1 : 0)),
      totals[index] ?? 0,
      turn,
    ),
  );
}

/** As `apportion`, but with what each must at least get; when the total is too small for that, it is exceeded. */
function apportionAtLeast(
  fractions: readonly number[],
  minimums: readonly number[],
  total: number,
  turn: number,
): readonly number[] {
  const weights = apportion(fractions, total, turn);
  const isShort = weights.map((weight, index) => weight < (minimums[index] ?? 0));
  if (!isShort.includes(true)) return weights;
  const fixed = minimums.reduce((sum, minimum, index) => sum + (isShort[index] === true ? minimum : 0), 0);
  const others = fractions.map((fraction, index) => (isShort[index] === true ? 0 : fraction));
  const whole = others.reduce((sum, fraction) => sum + fraction, 0);
  if (whole === 0) return minimums;
  const rest = apportionAtLeast(
    others.map((fraction) => fraction / whole),
    minimums.map((minimum, index) => (isShort[index] === true ? 0 : minimum)),
    Math.max(0, total - fixed),
    turn,
  );
  return rest.map((weight, index) => (isShort[index] === true ? (minimums[index] ?? 0) : weight));
}

function minimumOf(endpoints: readonly number[], fraction: number): number {
  return endpoints.filter((part) => isWorthAWeight(fraction * part)).length;
}

function isWorthAWeight(part: number): boolean {
  return part >= WORTH_A_WEIGHT;
}
