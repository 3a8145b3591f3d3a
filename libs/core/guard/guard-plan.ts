import type { ArcEstimate, Estimate, PairEstimate } from '../estimate/estimate.js';
import { standingOf, type Standing } from '../formulate/standing.js';
import type { Configuration } from '../model/configuration.js';
import { pairKey } from '../observe/observation.js';
import { type PairPlan, pairsByKey, type Plan, type ShareDecision } from '../plan/plan.js';

/** What a plan must never be published with. `detail` names the pair and the figures. */
export interface InvariantBreach {
  readonly invariant: 'complete' | 'share-range' | 'share-sum' | 'eligibility' | 'damping';
  readonly detail: string;
}

/** Shares are rounded to a millionth, and the largest takes what rounding left. */
const TOLERANCE = 1e-4;

/**
 * Judges a plan by what was promised, without looking at how it came about: complete, shares in range that sum to 1,
 * nothing on an origin that may not serve, no share moved further than the damping contract allows. Empty when sound.
 */
export function guardPlan(
  plan: Plan,
  configuration: Configuration,
  estimate: Estimate,
  previous: Plan | null,
): readonly InvariantBreach[] {
  const decided = pairsByKey(plan);
  const before = pairsByKey(previous);
  const maxShifts = new Map(
    configuration.loadBalancers.map(({ name, policy }) => [name, policy.maxShiftPercent / 100]),
  );
  return estimate.pairs.flatMap((pair) => {
    const key = pairKey(pair.loadBalancer, pair.edge);
    const planned = decided.get(key);
    if (planned === undefined) return [{ invariant: 'complete' as const, detail: `${key} has no shares` }];
    const maxShift = maxShifts.get(pair.loadBalancer) ?? 0;
    return guardPair(key, planned, pair, standingOf(pair, before.get(key)), maxShift);
  });
}

function guardPair(
  key: string,
  planned: PairPlan,
  estimate: PairEstimate,
  standing: Standing,
  maxShift: number,
): readonly InvariantBreach[] {
  const breaches: InvariantBreach[] = [];
  const sum = planned.shares.reduce((total, decision) => total + decision.share, 0);
  // Written so that NaN fails.
  if (!(Math.abs(sum - (standing.kind === 'unserved' ? 0 : 1)) <= TOLERANCE)) {
    breaches.push({ invariant: 'share-sum', detail: `${key}: shares sum to ${sum}` });
  }
  if (planned.shares.length > estimate.arcs.length) {
    breaches.push({ invariant: 'complete', detail: `${key} has a share for an origin it does not use` });
  }
  estimate.arcs.forEach((arc, index) => {
    const decision = planned.shares[index];
    if (decision?.origin !== arc.origin) {
      breaches.push({ invariant: 'complete', detail: `${key} has no share for ${arc.origin}` });
    } else {
      breaches.push(...guardShare(key, decision, arc, standing, maxShift));
    }
  });
  return breaches;
}

function guardShare(
  key: string,
  { origin, share }: ShareDecision,
  arc: ArcEstimate,
  standing: Standing,
  maxShift: number,
): readonly InvariantBreach[] {
  if (!(share >= 0 && share <= 1 + TOLERANCE)) {
    return [{ invariant: 'share-range', detail: `${key}: share of ${origin} is ${share}` }];
  }
  if (arc.eligibility !== 'eligible') {
    const isAllowed = share === 0 || (standing.kind === 'fail-open' && arc.eligibility === 'unhealthy');
    return isAllowed
      ? []
      : [{ invariant: 'eligibility', detail: `${key}: ${origin} is ${arc.eligibility} and got ${share}` }];
  }
  const shift = share - (standing.previous?.get(origin) ?? 0);
  if (isWithinContract(shift, standing, maxShift)) return [];
  return [{ invariant: 'damping', detail: `${key}: share of ${origin} moved by ${shift}` }];
}

function isWithinContract(shift: number, standing: Standing, maxShift: number): boolean {
  if (standing.kind === 'initial') return true;
  const bound = standing.kind === 'stale' ? 0 : maxShift;
  return shift >= -bound - TOLERANCE && shift <= bound + standing.displaced + TOLERANCE;
}
