import type { ArcEstimate, Estimate, PairEstimate } from '../estimate/estimate.js';
import type { Configuration } from '../model/configuration.js';
import type { Policy } from '../model/load-balancer.js';
import { ByOrigin } from '../model/by-origin.js';
import type { LoadBalancerName, OriginName } from '../model/name.js';
import { ByPair } from '../observe/by-pair.js';
import { pairKey } from '../observe/observation.js';
import type { OriginOutlook, PairPlan, Plan, ShareDecision } from '../plan/plan.js';

/** What a plan must never be published with. `detail` names the pair and the figures. */
export interface InvariantBreach {
  readonly invariant: 'complete' | 'share-range' | 'share-sum' | 'eligibility' | 'damping' | 'manual';
  /** Index of the pair in the estimate. */
  readonly pair: number;
  readonly detail: string;
}

type Breach = Omit<InvariantBreach, 'pair'>;

/** Shares are rounded to a millionth, and the largest takes what rounding left. */
const TOLERANCE = 1e-4;

/**
 * Judges a plan by what was promised (docs/damping.md), without any of the code that made it: complete, shares in range
 * that sum to 1, nothing on an origin that may not serve, no share moved further than the damping contract allows. Empty
 * when sound.
 */
export function guardPlan(
  plan: Pick<Plan, 'pairs' | 'origins'>,
  configuration: Configuration,
  estimate: Estimate,
  previous: Plan | null,
): readonly InvariantBreach[] {
  const decided = new ByPair(plan.pairs);
  const before = new ByPair(previous?.pairs ?? []);
  const policies = new Map(configuration.loadBalancers.map(({ name, policy }) => [name, policy]));
  const origins = new Map(plan.origins.map((outlook) => [outlook.origin, outlook]));
  const staleLoads = staleLoadsOf(estimate, previous, policies);
  return estimate.pairs.flatMap((pair, index) => {
    const key = pairKey(pair.loadBalancer, pair.edge);
    const policy = policies.get(pair.loadBalancer);
    const planned = decided.get(pair.loadBalancer, pair.edge);
    if (planned === undefined || policy === undefined) {
      return [{ invariant: 'complete' as const, pair: index, detail: `${key} has no shares` }];
    }
    const breaches = new PairGuard(key, pair, planned, policy, before.get(pair.loadBalancer, pair.edge), {
      origins,
      staleLoads,
    }).breaches();
    return breaches.map((breach) => ({ ...breach, pair: index }));
  });
}

/** What the guard knows of origins. */
interface OriginFacts {
  readonly origins: ReadonlyMap<OriginName, OriginOutlook>;
  /** What is known from earlier of pairs that do not tell now, in connections per second: no part of the measured load. */
  readonly staleLoads: ReadonlyMap<OriginName, number>;
}

function staleLoadsOf(
  { pairs }: Estimate,
  previous: Plan | null,
  policies: ReadonlyMap<LoadBalancerName, Policy>,
): ReadonlyMap<OriginName, number> {
  const loads = new Map<OriginName, number>();
  const before = new ByPair(previous?.pairs ?? []);
  for (const { loadBalancer, edge, demand, arcs } of pairs.filter(({ isStale }) => isStale)) {
    const last = before.get(loadBalancer, edge)?.shares;
    const policy = policies.get(loadBalancer);
    for (const { origin } of arcs.filter(isEligible)) {
      const told = last?.find((decision) => decision.origin === origin)?.share ?? 0;
      const share = policy?.mode === 'manual' ? manualShare(policy, origin) : told;
      loads.set(origin, (loads.get(origin) ?? 0) + demand * share);
    }
  }
  return loads;
}

/** Judges one pair. */
class PairGuard {
  /** By arc, the shares of the last plan. */
  readonly #before: readonly number[];
  readonly #isAnyEligible: boolean;
  readonly #isFailOpen: boolean;
  /** Share that had to leave origins which may not serve any more. */
  readonly #displaced: number;
  /** Share that left origins above their capacity. */
  readonly #relieved: number;

  constructor(
    private readonly key: string,
    private readonly estimate: PairEstimate,
    private readonly planned: PairPlan,
    private readonly policy: Policy,
    private readonly last: PairPlan | undefined,
    private readonly facts: OriginFacts,
  ) {
    const { arcs } = estimate;
    const lastShares = last?.shares ?? [];
    const lastOfArcs = new ByOrigin(lastShares);
    this.#before = arcs.map(({ origin }) => lastOfArcs.get(origin)?.share ?? 0);
    this.#isAnyEligible = arcs.some(isEligible);
    this.#isFailOpen = !this.#isAnyEligible && arcs.some(({ eligibility }) => eligibility === 'unhealthy');
    this.#displaced = 1 - arcs.reduce((sum, arc, index) => sum + (isEligible(arc) ? this.#shareBefore(index) : 0), 0);
    const lastOfPlanned = new ByOrigin(lastShares);
    this.#relieved = planned.shares.reduce((sum, { origin, share }) => {
      const leaving = (lastOfPlanned.get(origin)?.share ?? 0) - share;
      return leaving > 0 && this.#isAboveCapacity(origin) ? sum + leaving : sum;
    }, 0);
  }

  breaches(): readonly Breach[] {
    const { estimate, planned } = this;
    const breaches = [...this.#sumBreaches()];
    if (planned.shares.length > estimate.arcs.length) {
      breaches.push({ invariant: 'complete', detail: `${this.key} has a share for an origin it does not use` });
    }
    estimate.arcs.forEach((arc, index) => {
      const decision = planned.shares[index];
      if (decision?.origin !== arc.origin) {
        breaches.push({ invariant: 'complete', detail: `${this.key} has no share for ${arc.origin}` });
      } else {
        breaches.push(...this.#shareBreaches(decision, arc, index));
      }
    });
    return breaches;
  }

  #sumBreaches(): readonly Breach[] {
    const sum = this.planned.shares.reduce((total, decision) => total + decision.share, 0);
    const due = this.#isAnyEligible || this.#isFailOpen ? 1 : 0;
    // Written so that NaN fails.
    return Math.abs(sum - due) <= TOLERANCE
      ? []
      : [{ invariant: 'share-sum', detail: `${this.key}: shares sum to ${sum}` }];
  }

  #shareBreaches({ origin, share }: ShareDecision, arc: ArcEstimate, index: number): readonly Breach[] {
    if (!(share >= 0 && share <= 1 + TOLERANCE)) {
      return [{ invariant: 'share-range', detail: `${this.key}: share of ${origin} is ${share}` }];
    }
    if (!isEligible(arc)) {
      const isAllowed = share === 0 || (this.#isFailOpen && arc.eligibility === 'unhealthy');
      const detail = `${this.key}: ${origin} is ${arc.eligibility} and got ${share}`;
      return isAllowed ? [] : [{ invariant: 'eligibility', detail }];
    }
    if (this.policy.mode === 'manual') return this.#manualBreaches(arc, share);
    const shift = share - this.#shareBefore(index);
    if (this.#isWithinContract(arc, shift)) return [];
    return [{ invariant: 'damping', detail: `${this.key}: share of ${origin} moved by ${shift}` }];
  }

  #manualBreaches({ origin }: ArcEstimate, share: number): readonly Breach[] {
    const set = manualShare(this.policy, origin);
    const lost = this.estimate.arcs.reduce(
      (left, arc) => left - (isEligible(arc) ? manualShare(this.policy, arc.origin) : 0),
      1,
    );
    if (share >= set - TOLERANCE && share <= set + lost + TOLERANCE) return [];
    return [{ invariant: 'manual', detail: `${this.key}: share of ${origin} is ${share}, operators set ${set}` }];
  }

  #isWithinContract(arc: ArcEstimate, shift: number): boolean {
    if (this.last === undefined || (this.#isFirstMeasured() && !this.policy.frozen)) return true;
    const isHeld = this.policy.frozen || this.estimate.isStale;
    const step = isHeld ? 0 : this.policy.maxShiftPercent / 100;
    const most = isHeld ? 0 : Math.max(step, this.policy.overloadMaxShiftPercent / 100);
    // Nearly all moves are ordinary; only for others is looked up how full the origin is.
    if (this.#isBetween(shift, step, step)) return true;
    const leave = this.#isAboveCapacity(arc.origin) ? most : step;
    const arrive = step + (this.#hasHeadroom(arc.origin) && !isHeld ? this.#relieved : 0);
    return this.#isBetween(shift, leave, arrive);
  }

  /** What was displaced may arrive anywhere on top. */
  #isBetween(shift: number, leave: number, arrive: number): boolean {
    return shift >= -leave - TOLERANCE && shift <= arrive + this.#displaced + TOLERANCE;
  }

  /** The last plan was provisional, and now latency is measured: shares may be placed anew, once. */
  #isFirstMeasured(): boolean {
    const { arcs } = this.estimate;
    return this.last?.isProvisional === true && !arcs.some((arc) => isEligible(arc) && arc.rttSource !== 'measured');
  }

  #isAboveCapacity(origin: OriginName): boolean {
    const outlook = this.facts.origins.get(origin);
    if (outlook === undefined || outlook.capacity === null) return false;
    return outlook.measuredLoad + (this.facts.staleLoads.get(origin) ?? 0) > outlook.capacity;
  }

  #hasHeadroom(origin: OriginName): boolean {
    const outlook = this.facts.origins.get(origin);
    return outlook === undefined || outlook.capacity === null || outlook.measuredLoad < outlook.capacity;
  }

  #shareBefore(index: number): number {
    return this.#before[index] ?? 0;
  }
}

function manualShare({ manualShares }: Policy, origin: OriginName): number {
  return (manualShares?.[origin] ?? 0) / 100;
}

function isEligible({ eligibility }: ArcEstimate): boolean {
  return eligibility === 'eligible';
}
