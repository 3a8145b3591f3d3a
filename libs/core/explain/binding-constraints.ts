import type { OriginName } from '../model/name.js';
import type { PairPlan, ShareDecision, ShareReason } from '../plan/plan.js';
import { isVisible } from './figures.js';
import { isAtLevel, isFilled, isFull, isOverloaded } from './fullness.js';
import {
  type Bar,
  barOf,
  hasRtt,
  isArriving,
  isBeyondLimit,
  isLeaving,
  preferenceOf,
  servingShares,
  shiftOf,
  type Situation,
  tierOf,
} from './situation.js';

/** What keeps a pair's shares from being nearer, or from being there already. Plain data; figures in the units of their names. */
export type BindingConstraint = OriginConstraint | PairConstraint;

export type OriginConstraint =
  /** The origin is full, or more than full. Loads and capacity in connections per second. */
  | { readonly type: 'origin-capacity'; readonly origin: OriginName; readonly shadowPriceMs: number | null }
  /** Filled to the utilisation up to which it costs nothing; from there on it must be clearly nearer. */
  | { readonly type: 'target-utilization'; readonly origin: OriginName; readonly targetPercent: number }
  /** Operators' limit on this load balancer at the origin is reached; `limit` in connections per second. */
  | {
      readonly type: 'limit';
      readonly origin: OriginName;
      readonly kind: 'maxRate' | 'dial';
      readonly limit: number;
      readonly shadowPriceMs: number | null;
    }
  /** The share moved as far as it may in one cycle. */
  | {
      readonly type: 'damping';
      readonly origin: OriginName;
      readonly direction: 'leaving' | 'arriving';
      readonly maxShiftPercent: number;
    }
  /** The origin is further than the policy wants; it serves all the same, or would have to take more. */
  | { readonly type: 'latency-limit'; readonly origin: OriginName; readonly rttMs: number; readonly limitMs: number }
  /** The origin is nearer than one that serves, but is kept for when lower tiers are full. */
  | { readonly type: 'tier'; readonly origin: OriginName; readonly tier: number }
  | { readonly type: 'ineligible'; readonly origin: OriginName; readonly reason: Bar };

/** What holds the pair as a whole. */
export interface PairConstraint {
  readonly type: 'frozen' | 'manual' | 'stale' | 'kept' | 'fail-open' | 'unserved';
}

/** Shares are told to a millionth. */
const SHARE_EPSILON = 2e-6;

/** What binds a pair in this cycle: first what holds it as a whole, then origin by origin. */
export function bindingConstraints(pair: PairPlan, situation: Situation): readonly BindingConstraint[] {
  const type = pairConstraint(pair);
  const bound = new PairBounds(pair, situation);
  if (type === null) return pair.shares.flatMap((decision) => bound.constraintsOn(decision));
  return [{ type }, ...pair.shares.flatMap((decision) => bound.barsOf(decision))];
}

/** What holds the pair as a whole; `null` when its shares were free to move. */
export function pairConstraint({ shares }: PairPlan): PairConstraint['type'] | null {
  return shares.map(({ reason }) => constraintOfReason(reason)).find((type) => type !== null) ?? null;
}

function constraintOfReason(reason: ShareReason): PairConstraint['type'] | null {
  switch (reason) {
    case 'frozen':
    case 'manual':
    case 'stale':
    case 'kept':
    case 'fail-open':
    case 'unserved':
      return reason;
    case 'initial':
    case 'ineligible':
    case 'overload':
    case 'damped':
    case 'held':
      return null;
  }
}

/** Judges the origins of one pair. */
class PairBounds {
  readonly #serving: readonly ShareDecision[];

  constructor(
    pair: PairPlan,
    private readonly situation: Situation,
  ) {
    this.#serving = servingShares(pair);
  }

  constraintsOn(decision: ShareDecision): readonly OriginConstraint[] {
    const bars = this.barsOf(decision);
    if (bars.length > 0 || barOf(decision, this.situation) !== null) return bars;
    return [
      ...(this.#isWanted(decision) ? [...this.#capacity(decision), ...this.#limit(decision)] : []),
      ...this.#tier(decision),
      ...this.#latencyLimit(decision),
      ...this.#damping(decision),
    ];
  }

  /** An origin that may not serve matters where it would be used, or was. */
  barsOf(decision: ShareDecision): readonly OriginConstraint[] {
    const reason = barOf(decision, this.situation);
    const matters = this.#serving.length === 0 || this.#isPreferred(decision) || isLeaving(decision);
    return reason === null || !matters ? [] : [{ type: 'ineligible', origin: decision.origin, reason }];
  }

  /** Would the pair rather use this origin, or is it one that cannot keep what it has? */
  #isWanted(decision: ShareDecision): boolean {
    if (this.#isPreferred(decision) || isLeaving(decision)) return true;
    const outlook = this.situation.outlooks.get(decision.origin);
    return isVisible(decision.share) && outlook !== undefined && isOverloaded(outlook);
  }

  #isPreferred(decision: ShareDecision): boolean {
    const preference = preferenceOf(decision, this.situation);
    return this.#serving.some((other) => preference < preferenceOf(other, this.situation));
  }

  #capacity(decision: ShareDecision): readonly OriginConstraint[] {
    const { origin } = decision;
    const outlook = this.situation.outlooks.get(origin);
    if (outlook === undefined || outlook.capacity === null) return [];
    if (isFull(outlook)) return [{ type: 'origin-capacity', origin, shadowPriceMs: outlook.shadowPriceMs }];
    const targetPercent = this.situation.targets.get(origin) ?? 100;
    const target = (outlook.capacity * targetPercent) / 100;
    const isHeldByTarget = target > 0 && isAtLevel(outlook.expectedLoad, target) && !isArriving(decision);
    return isHeldByTarget ? [{ type: 'target-utilization', origin, targetPercent }] : [];
  }

  #limit({ origin }: ShareDecision): readonly OriginConstraint[] {
    const outlook = this.situation.limits.get(origin);
    if (outlook === undefined || !isFilled(outlook.expectedLoad, outlook.limit)) return [];
    const { limit, shadowPriceMs } = outlook;
    return [{ type: 'limit', origin, kind: kindOfLimit(origin, limit, this.situation), limit, shadowPriceMs }];
  }

  #tier(decision: ShareDecision): readonly OriginConstraint[] {
    const tier = tierOf(decision.origin, this.situation);
    const standsBehind = this.#serving.some(
      (other) => decision.rttMs < other.rttMs && tier > tierOf(other.origin, this.situation),
    );
    return standsBehind ? [{ type: 'tier', origin: decision.origin, tier }] : [];
  }

  #latencyLimit(decision: ShareDecision): readonly OriginConstraint[] {
    const limitMs = this.situation.policy?.maxLatencyMs;
    if (limitMs === undefined || !hasRtt(decision) || !isBeyondLimit(decision, this.situation)) return [];
    const isInQuestion = isVisible(decision.share) || isLeaving(decision) || this.#isAnyOverloaded();
    const { origin, rttMs } = decision;
    return isInQuestion ? [{ type: 'latency-limit', origin, rttMs, limitMs }] : [];
  }

  #isAnyOverloaded(): boolean {
    return this.#serving.some(({ origin }) => {
      const outlook = this.situation.outlooks.get(origin);
      return outlook !== undefined && isOverloaded(outlook);
    });
  }

  #damping(decision: ShareDecision): readonly OriginConstraint[] {
    const maxShiftPercent = this.#shiftBoundPercent(decision);
    if (maxShiftPercent === null || Math.abs(shiftOf(decision)) < maxShiftPercent / 100 - SHARE_EPSILON) return [];
    const direction = isLeaving(decision) ? 'leaving' : 'arriving';
    return [{ type: 'damping', origin: decision.origin, direction, maxShiftPercent }];
  }

  /** How far the policy lets a share like this one move; `null` when its move was bound by nothing of its own. */
  #shiftBoundPercent(decision: ShareDecision): number | null {
    const { policy } = this.situation;
    if (policy === null || !(isLeaving(decision) || isArriving(decision))) return null;
    if (decision.reason === 'damped') return policy.maxShiftPercent;
    const isRelief = decision.reason === 'overload' && isLeaving(decision);
    return isRelief ? Math.max(policy.overloadMaxShiftPercent, policy.maxShiftPercent) : null;
  }
}

function kindOfLimit(origin: OriginName, limit: number, { references }: Situation): 'maxRate' | 'dial' {
  const reference = references.get(origin);
  if (reference?.maxRate === undefined) return 'dial';
  return limit < reference.maxRate ? 'dial' : 'maxRate';
}
