import { EXTREME_OVERLOAD_COST_MS, OVER_LIMIT_COST_MS, OVERLOAD_STEPS } from './costs.js';
import type { Band } from './problem.js';

/** Up to where a load costs what: free up to `target`, a little dearer up to `full`, steep beyond. */
export interface FillLevels {
  /** The load that counts as utilisation 1; the steps of overload are multiples of it. */
  readonly capacity: number;
  readonly target: number;
  readonly full: number;
}

/** The price of an origin's load where nothing is settled yet; `target` as a part of the capacity, `null` when unlimited. */
export function originBands(capacity: number | null, target: number, aboveTargetCostMs: number): readonly Band[] {
  return capacity === null ? [] : loadBands({ capacity, target: capacity * target, full: capacity }, aboveTargetCostMs);
}

/** The price of an origin's load, in `levels`' unit. `costPerUnit` scales all prices: 1 for connections per second. */
export function loadBands(levels: FillLevels, aboveTargetCostMs: number, costPerUnit = 1): readonly Band[] {
  const steps = [
    { upTo: levels.target, costMs: 0 },
    { upTo: levels.full, costMs: aboveTargetCostMs },
    ...OVERLOAD_STEPS.map(({ upTo, costMs }) => ({ upTo: upTo * levels.capacity, costMs })),
  ];
  const bands: Band[] = [];
  let reached = 0;
  for (const { upTo, costMs } of steps) {
    if (!(upTo > reached)) continue;
    bands.push({ width: upTo - reached, costMs: costMs * costPerUnit });
    reached = upTo;
  }
  return [...bands, { width: null, costMs: EXTREME_OVERLOAD_COST_MS * costPerUnit }];
}

/** The price of exceeding what operators allow one load balancer at one origin; `limit` in connections per second. */
export function routeBands(limit: number | null): readonly Band[] {
  if (limit === null) return [];
  const over: Band = { width: null, costMs: OVER_LIMIT_COST_MS };
  return limit === 0 ? [over] : [{ width: limit, costMs: 0 }, over];
}

/**
 * How near a load may come to a limit and still be left alone, as parts of the limit: demand is never known to the percent,
 * and a limit followed on every breath of it would never let shares rest.
 */
const LEAST_SLACK = 0.015;
const MOST_SLACK = 0.05;

/** No load is called too high for less than this part of its noise: what is really too high is worse than a move too many. */
const NOISE_ABOVE = 0.5;

/**
 * The limit of an origin to reckon with: the load itself where it is as good as at the limit, so that nothing pulls either
 * way; else a little below the limit, so that what is filled or relieved now is left alone next time. `noise` is how well
 * the load is known; all in one unit.
 */
export function settledLimit(limit: number, load: number, noise: number): number {
  return isSettled(limit, load, noise) ? load : limit - slackOf(limit, noise);
}

/** As `settledLimit`, for what operators set: it is aimed at exactly, since 70 % means 70 %. */
export function operatorsLimit(limit: number, load: number, noise: number): number {
  return isSettled(limit, load, noise) ? load : limit;
}

function isSettled(limit: number, load: number, noise: number): boolean {
  const above = Math.min(MOST_SLACK * limit, NOISE_ABOVE * noise);
  return load >= limit - 2 * slackOf(limit, noise) && load <= limit + above;
}

function slackOf(limit: number, noise: number): number {
  return Math.min(MOST_SLACK * limit, Math.max(LEAST_SLACK * limit, noise));
}
