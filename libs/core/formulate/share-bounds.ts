import type { ArcEstimate, PairEstimate } from '../estimate/estimate.js';
import type { Policy } from '../model/load-balancer.js';
import type { Standing } from './standing.js';

/** Between what a share may be after this cycle; `held` is where it rests when nothing pulls. */
export interface ShareBounds {
  readonly min: number;
  readonly max: number;
  readonly held: number | null;
}

/**
 * The damping contract as bounds of the problem, so that each step is the best reachable one and not a clipped wish.
 * For eligible arcs of pairs that are `initial`, `steady` or `stale`. The bounds always admit shares that sum to 1: the
 * held ones do, with what is displaced added to any one of them.
 */
export function shareBounds(arc: ArcEstimate, pair: PairEstimate, standing: Standing, policy: Policy): ShareBounds {
  const isBarred = policy.latencyMode === 'strict' && isBeyondLimit(arc, policy) && hasNearerChoice(pair, policy);
  if (standing.kind === 'initial') return { min: 0, max: isBarred ? 0 : 1, held: null };
  const held = Math.min(1, standing.previous?.get(arc.origin) ?? 0);
  const step = standing.kind === 'stale' ? 0 : policy.maxShiftPercent / 100;
  const arrival = isBarred ? 0 : step + standing.displaced;
  return { min: Math.max(0, held - step), max: Math.min(1, held + arrival), held };
}

/** Is the origin further than the load balancer's policy wants? */
export function isBeyondLimit(arc: ArcEstimate, policy: Policy): boolean {
  return policy.maxLatencyMs !== undefined && arc.rttMs > policy.maxLatencyMs;
}

function hasNearerChoice(pair: PairEstimate, policy: Policy): boolean {
  return pair.arcs.some((arc) => arc.eligibility === 'eligible' && !isBeyondLimit(arc, policy));
}
