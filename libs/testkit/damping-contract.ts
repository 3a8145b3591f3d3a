import type { Policy } from '#core/model/load-balancer.js';
import type { OriginOutlook, PairPlan, ShareDecision } from '#core/plan/plan.js';
import type { HistoricCycle } from './weir-api.js';

/** Shares are told to a millionth, and the largest takes what rounding left. */
const ROUNDING = 1e-5;

/** What operators promised themselves, as fractions. */
export interface DampingBounds {
  readonly maxShift: number;
  /** Largest move away from an origin above its capacity. */
  readonly overloadMaxShift: number;
}

/**
 * Where a history breaks the damping contract (docs/damping.md), judged from the outside by two consecutive cycles at a
 * time; empty when it keeps it.
 */
export function dampingBreaches(cycles: readonly HistoricCycle[], bounds: DampingBounds): readonly string[] {
  return cycles.slice(1).flatMap((cycle, index) => {
    const before = cycles[index];
    if (before?.id !== cycle.id - 1) return [`cycle ${cycle.id}: the one before is not in the history`];
    return cycleBreaches(before, cycle, bounds).map((breach) => `cycle ${cycle.id}: ${breach}`);
  });
}

function cycleBreaches(before: HistoricCycle, after: HistoricCycle, bounds: DampingBounds): readonly string[] {
  const earlier = new Map((before.plan?.pairs ?? []).map((pair) => [nameOf(pair), pair]));
  const origins: OriginFacts = {
    outlooks: new Map((after.plan?.origins ?? []).map((outlook) => [outlook.origin as string, outlook])),
    silentLoads: silentLoads(after.plan?.pairs ?? []),
  };
  const { configuration, isUrgent } = after.input;
  const policies = new Map(configuration.loadBalancers.map(({ name, policy }) => [name, policy]));
  return (after.plan?.pairs ?? []).flatMap((pair) => {
    const previous = earlier.get(nameOf(pair));
    const policy = policies.get(pair.loadBalancer);
    if (policy === undefined) return [`${nameOf(pair)} belongs to no load balancer`];
    if (previous === undefined) return [];
    const steps = isUrgent ? { ...bounds, maxShift: 0 } : bounds;
    return new PairJudge(previous, pair, policy, origins, steps).breaches();
  });
}

interface OriginFacts {
  readonly outlooks: ReadonlyMap<string, OriginOutlook>;
  /** In connections per second: the last known load of edges that are silent, which is no part of what was measured. */
  readonly silentLoads: ReadonlyMap<string, number>;
}

function silentLoads(pairs: readonly PairPlan[]): ReadonlyMap<string, number> {
  const loads = new Map<string, number>();
  for (const { demand, shares } of pairs) {
    for (const { origin, share } of shares.filter(({ reason }) => reason === 'stale')) {
      loads.set(origin, (loads.get(origin) ?? 0) + demand * share);
    }
  }
  return loads;
}

/** Judges one pair by the reasons that its shares are given. */
class PairJudge {
  readonly #before: ReadonlyMap<string, number>;
  /** What origins that may no longer serve had. */
  readonly #displaced: number;
  /** What left origins above their capacity. */
  readonly #relieved: number;
  /** What operators set for origins that may not serve. */
  readonly #unservedByHand: number;

  constructor(
    private readonly previous: PairPlan,
    private readonly pair: PairPlan,
    private readonly policy: Policy,
    private readonly origins: OriginFacts,
    private readonly bounds: DampingBounds,
  ) {
    this.#before = new Map(previous.shares.map(({ origin, share }) => [origin, share]));
    const out = pair.shares.filter(({ reason, share }) => reason === 'ineligible' && share === 0);
    this.#displaced = out.reduce((sum, decision) => sum - this.#shiftOf(decision), 0);
    this.#unservedByHand = out.reduce((sum, decision) => sum + this.#setByHand(decision), 0);
    this.#relieved = pair.shares
      .filter((decision) => this.#isAboveCapacity(decision))
      .reduce((sum, decision) => sum + Math.max(0, -this.#shiftOf(decision)), 0);
  }

  breaches(): readonly string[] {
    return this.pair.shares
      .filter((decision) => !this.#isAllowed(decision))
      .map(
        (decision) =>
          `${nameOf(this.pair)}: the share of ${decision.origin} moved by ${this.#shiftOf(decision)}, "${decision.reason}"`,
      );
  }

  #isAllowed(decision: ShareDecision): boolean {
    switch (decision.reason) {
      case 'initial':
        return this.previous.isProvisional;
      case 'ineligible':
        return this.#isDisplacement(decision);
      case 'overload':
        return this.#isRelief(decision);
      case 'manual':
        return this.#isAsSetByHand(decision);
      case 'damped':
        return this.#isWithin(decision, this.bounds.maxShift);
      case 'kept':
        return this.#isKept(decision);
      case 'frozen':
        return this.#isFrozen(decision);
      case 'held':
      case 'stale':
        return this.#isWithin(decision, 0);
      case 'fail-open':
      case 'unserved':
        return false;
    }
  }

  #isWithin(decision: ShareDecision, most: number): boolean {
    return Math.abs(this.#shiftOf(decision)) <= most + ROUNDING;
  }

  #isDisplacement(decision: ShareDecision): boolean {
    return decision.share === 0 || (this.#displaced > 0 && this.#mayArrive(decision));
  }

  #isKept(decision: ShareDecision): boolean {
    const shift = this.#shiftOf(decision);
    return shift >= -ROUNDING && shift <= this.#displaced + ROUNDING;
  }

  #isFrozen(decision: ShareDecision): boolean {
    return this.policy.frozen && this.#isWithin(decision, 0);
  }

  #isRelief(decision: ShareDecision): boolean {
    const shift = this.#shiftOf(decision);
    if (shift >= 0) return this.#relieved > 0 && this.#mayArrive(decision);
    const most = Math.max(this.bounds.maxShift, this.bounds.overloadMaxShift);
    return this.#isAboveCapacity(decision) && -shift <= most + ROUNDING;
  }

  #mayArrive(decision: ShareDecision): boolean {
    const outlook = this.origins.outlooks.get(decision.origin);
    const hasHeadroom = outlook === undefined || outlook.capacity === null || outlook.measuredLoad < outlook.capacity;
    const most = this.bounds.maxShift + this.#displaced + (hasHeadroom ? this.#relieved : 0);
    return this.#shiftOf(decision) <= most + ROUNDING;
  }

  #isAsSetByHand(decision: ShareDecision): boolean {
    const more = decision.share - this.#setByHand(decision);
    return this.policy.mode === 'manual' && more >= -ROUNDING && more <= this.#unservedByHand + ROUNDING;
  }

  #setByHand({ origin }: ShareDecision): number {
    return (this.policy.manualShares?.[origin] ?? 0) / 100;
  }

  #isAboveCapacity({ origin }: ShareDecision): boolean {
    const outlook = this.origins.outlooks.get(origin);
    if (outlook === undefined || outlook.capacity === null) return false;
    return outlook.measuredLoad + (this.origins.silentLoads.get(origin) ?? 0) > outlook.capacity;
  }

  #shiftOf({ origin, share }: ShareDecision): number {
    return share - (this.#before.get(origin) ?? 0);
  }
}

function nameOf({ loadBalancer, edge }: PairPlan): string {
  return `${loadBalancer} on ${edge}`;
}
