import { apportionOrigins, type OriginPart } from './apportion.js';

/**
 * IPVS's `mh` gives each server that many slots in a row of its table, but divides the weights by their common divisor and
 * then shifts all to the right until the largest fits into half as many bits as its table has (6 of 12 by default), and
 * makes a 1 of what becomes 0 (`ip_vs_mh_shift_weight`, `ip_vs_mh_permutate`). So 961 and 39 become 60 and 2, and twenty
 * servers of 1 beside one of 980 get a quarter of everything. Up to here the kernel takes weights as they are.
 */
const MOST = 63;

/** The heaviest gets no less: still coarser weights would say nothing more. */
const LEAST_FOR_HEAVIEST = MOST / 2;

/** So many of the most promising totals are tried. */
const TRIED = 3;

/** Half a point too much or too little for an origin as a whole is worse than any mistake among endpoints. */
const WRONG_FOR_AN_ORIGIN = 0.005;

/**
 * Weights up to 63 that put as little as possible in the wrong place. What should serve less than about a 63rd of what the
 * heaviest endpoint serves cannot be told: such endpoints share what their origin should get, some with 1 and some with 0.
 */
export function hashWeights(origins: readonly OriginPart[], turn: number): readonly (readonly number[])[] {
  const heaviest = heaviestPart(origins);
  const finest = Math.floor(MOST / heaviest + 1e-9);
  let best: readonly (readonly number[])[] = [];
  let leastMiss = Infinity;
  for (const total of promisingTotals(origins, heaviest, finest)) {
    const weights = apportionOrigins(origins, total, turn);
    const miss = missOf(origins, weights, total, finest);
    if (miss < leastMiss) [best, leastMiss] = [weights, miss];
  }
  return best;
}

/** Totals that leave the least to be rounded, finer ones first. */
function promisingTotals(origins: readonly OriginPart[], heaviest: number, finest: number): readonly number[] {
  const roundings = new Map<number, number>();
  // Half steps meet every total where one endpoint has most of it.
  for (let most = MOST; most >= LEAST_FOR_HEAVIEST; most -= 0.5) {
    const total = Math.min(finest, Math.round(most / heaviest));
    if (roundings.has(total)) continue;
    const rounding = roundingOf(origins, total);
    if (rounding === 0) return [total];
    roundings.set(total, rounding);
  }
  const byRounding = [...roundings].sort(([, one], [, other]) => one - other);
  return byRounding.slice(0, TRIED).map(([total]) => total);
}

/** What is rounded where each endpoint, and each origin as a whole, gets the nearest integer: in millionths of the total. */
function roundingOf(origins: readonly OriginPart[], total: number): number {
  let rounded = 0;
  for (const { fraction, endpoints } of origins) {
    const whole = fraction * total;
    rounded += Math.abs(whole - Math.round(whole));
    for (const part of endpoints) rounded += Math.abs(part * whole - Math.round(part * whole));
  }
  // What differs by less is equal, and the finer total comes first.
  return Math.round((1e6 * rounded) / total);
}

function heaviestPart(origins: readonly OriginPart[]): number {
  let heaviest = 0;
  for (const { fraction, endpoints } of origins) {
    for (const part of endpoints) heaviest = Math.max(heaviest, fraction * part);
  }
  return heaviest;
}

/**
 * The part of all traffic that goes to a wrong endpoint; more than all where the kernel would change the weights, or where
 * an endpoint gets nothing that finer weights would remember.
 */
function missOf(
  origins: readonly OriginPart[],
  weights: readonly (readonly number[])[],
  total: number,
  finest: number,
): number {
  let misplaced = 0;
  let penalty = 0;
  origins.forEach(({ fraction, endpoints }, origin) => {
    let sum = 0;
    endpoints.forEach((part, index) => {
      const weight = weights[origin]?.[index] ?? 0;
      sum += weight;
      misplaced += Math.abs(weight / total - fraction * part) / 2;
      if (weight > MOST) penalty = 2;
      if (weight === 0 && fraction * part * finest >= 1) penalty = Math.max(penalty, 1);
    });
    if (Math.abs(sum / total - fraction) > WRONG_FOR_AN_ORIGIN) penalty = Math.max(penalty, 0.5);
  });
  return misplaced + penalty;
}
