import type { ArcEstimate, PairEstimate } from '../estimate/estimate.js';
import type { Policy } from '../model/load-balancer.js';
import type { Standing } from './standing.js';
import type { Strain } from './strain.js';

/** Between what a share may be after this cycle; `held` is where it rests when nothing pulls. */
export interface ShareBounds {
  readonly min: number;
  readonly max: number;
  readonly held: number | null;
}

/**
 * The damping contract as bounds of the problem, so that each step is the best reachable one and not a clipped wish. One
 * for each arc, `null` where nothing may flow. For every standing but `fail-open` and `unserved`. The bounds always admit
 * shares that sum to 1: the held ones do, with what is displaced added to any one of them.
 */
export function shareBounds(
  pair: PairEstimate,
  standing: Standing,
  policy: Policy,
  strain: Strain,
): readonly (ShareBounds | null)[] {
  const isLimited = policy.latencyMode === 'strict' && hasNearerChoice(pair, policy);
  const isBarred = (arc: ArcEstimate): boolean => isLimited && isBeyondLimit(arc, policy);
  const { held, step } = standing;
  if (held === null) {
    return pair.arcs.map((arc) =>
      arc.eligibility === 'eligible' ? { min: 0, max: isBarred(arc) ? 0 : 1, held: null } : null,
    );
  }
  const leave = standing.kind === 'steady' ? Math.max(step, policy.overloadMaxShiftPercent / 100) : 0;
  const heldShare = (index: number): number => Math.min(1, held[index] ?? 0);
  const relief = pair.arcs.reduce(
    (sum, arc, index) => (isServingBeyond(arc, strain) ? sum + Math.min(leave, heldShare(index)) : sum),
    0,
  );
  return pair.arcs.map((arc, index) => {
    if (arc.eligibility !== 'eligible') return null;
    const share = heldShare(index);
    const leaving = strain.overloaded.has(arc.origin) ? leave : step;
    const arriving = step + standing.displaced + (strain.roomy.has(arc.origin) ? relief : 0);
    return {
      min: Math.max(0, share - leaving),
      max: Math.min(1, share + (isBarred(arc) ? 0 : arriving)),
      held: share,
    };
  });
}

/** Is the origin further than the load balancer's policy wants? */
export function isBeyondLimit(arc: ArcEstimate, policy: Policy): boolean {
  return policy.maxLatencyMs !== undefined && arc.rttMs > policy.maxLatencyMs;
}

function hasNearerChoice(pair: PairEstimate, policy: Policy): boolean {
  return pair.arcs.some((arc) => arc.eligibility === 'eligible' && !isBeyondLimit(arc, policy));
}

function isServingBeyond(arc: ArcEstimate, strain: Strain): boolean {
  return arc.eligibility === 'eligible' && strain.overloaded.has(arc.origin);
}
