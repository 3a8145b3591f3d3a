import type { ArcEstimate, PairEstimate } from '../estimate/estimate.js';
import type { Policy } from '../model/load-balancer.js';
import { ByOrigin } from '../model/by-origin.js';
import type { PairPlan } from '../plan/plan.js';

/** Where a pair stands before it is solved; it decides how far its shares may move. */
export interface Standing {
  readonly kind: StandingKind;
  /** By arc, the shares of the last plan; `null` when there is none. */
  readonly previous: readonly number[] | null;
  /** By arc, where shares rest when nothing pulls: those of the last plan, or what operators set. `null` when all are open. */
  readonly held: readonly number[] | null;
  /** The part of the pair's traffic whose origin may not serve, 0 to 1. It must go elsewhere at once. */
  readonly displaced: number;
  /** How far an ordinary move may go in this cycle, as a fraction; 0 where shares stay. */
  readonly step: number;
  /** The last plan was made before latency was measured, and has not been placed anew since. */
  readonly wasProvisional: boolean;
}

/**
 * - `initial`: no plan yet, or one made before latency was measured: every share is open.
 * - `steady`: an ordinary step.
 * - `manual`: operators set the shares.
 * - `frozen`: operators froze the load balancer: shares stay.
 * - `stale`: nothing recent is known: shares stay.
 * - `fail-open`: origins are declared, none is healthy from here.
 * - `unserved`: operators left no origin in use.
 */
export type StandingKind = 'initial' | 'steady' | 'manual' | 'frozen' | 'stale' | 'fail-open' | 'unserved';

/** Reads a pair's standing off its estimate, its policy and its part of the last plan. */
export function standingOf(
  pair: PairEstimate,
  plan: PairPlan | undefined,
  policy: Policy,
  isUrgent: boolean,
): Standing {
  const kind = standingKind(pair, plan, policy);
  const previous = plan === undefined ? null : sharesIn(plan, pair);
  const held = kind === 'manual' ? manualShares(pair, policy) : previous;
  return {
    kind,
    previous,
    held: kind === 'initial' ? null : held,
    displaced: held === null ? 0 : displacedShare(pair.arcs, held),
    step: kind === 'steady' && !isUrgent ? policy.maxShiftPercent / 100 : 0,
    wasProvisional: plan?.isProvisional ?? false,
  };
}

/** A first decision is provisional while an origin that could serve has not been measured from this edge. */
export function isProvisional(pair: PairEstimate): boolean {
  return pair.arcs.some((arc) => arc.eligibility === 'eligible' && arc.rttSource !== 'measured');
}

function standingKind(pair: PairEstimate, plan: PairPlan | undefined, policy: Policy): StandingKind {
  if (!pair.arcs.some((arc) => arc.eligibility === 'eligible')) {
    return pair.arcs.some((arc) => arc.eligibility === 'unhealthy') ? 'fail-open' : 'unserved';
  }
  if (policy.mode === 'manual') return 'manual';
  if (plan === undefined) return 'initial';
  if (policy.frozen) return 'frozen';
  if (plan.isProvisional && !isProvisional(pair)) return 'initial';
  return pair.isStale ? 'stale' : 'steady';
}

/** Percents are told to a hundredth, and need not sum to 100 exactly; shares must sum to 1. */
function manualShares({ arcs }: PairEstimate, { manualShares: percents = {} }: Policy): readonly number[] {
  const whole = Object.values(percents).reduce((sum, percent) => sum + percent, 0);
  return arcs.map(({ origin }) => (percents[origin] ?? 0) / (whole > 0 ? whole : 100));
}

function sharesIn({ shares }: PairPlan, { arcs }: PairEstimate): readonly number[] {
  const decisions = new ByOrigin(shares);
  return arcs.map(({ origin }) => decisions.get(origin)?.share ?? 0);
}

function displacedShare(arcs: readonly ArcEstimate[], held: readonly number[]): number {
  const kept = arcs.reduce((sum, arc, index) => (arc.eligibility === 'eligible' ? sum + (held[index] ?? 0) : sum), 0);
  // The sum of stored shares, told to a millionth each, carries the dust of binary fractions; any real share is more.
  return 1 - kept > 5e-7 ? 1 - kept : 0;
}
