import { EXTREME_OVERLOAD_COST_MS, OVER_LIMIT_COST_MS, OVERLOAD_STEPS } from './costs.js';
import type { Band } from './problem.js';

/**
 * The price of an origin's load: free up to its target utilisation, a little dearer up to its capacity, then steep and
 * growing. `capacity` in connections per second, `null` when unlimited; `target` as a fraction of it.
 */
export function originBands(capacity: number | null, target: number, aboveTargetCostMs: number): readonly Band[] {
  if (capacity === null) return [];
  const bands: Band[] = [
    { width: capacity * target, costMs: 0 },
    { width: capacity * (1 - target), costMs: aboveTargetCostMs },
  ];
  let reached = 1;
  for (const step of OVERLOAD_STEPS) {
    bands.push({ width: capacity * (step.upTo - reached), costMs: step.costMs });
    reached = step.upTo;
  }
  return [...bands.filter((band) => band.width !== 0), { width: null, costMs: EXTREME_OVERLOAD_COST_MS }];
}

/** The price of exceeding what operators allow one load balancer at one origin; `limit` in connections per second. */
export function routeBands(limit: number | null): readonly Band[] {
  if (limit === null) return [];
  const over: Band = { width: null, costMs: OVER_LIMIT_COST_MS };
  return limit === 0 ? [over] : [{ width: limit, costMs: 0 }, over];
}
