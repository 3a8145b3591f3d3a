import type { ArcEstimate, Estimate, OriginEstimate, PairEstimate } from '../estimate/estimate.js';
import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference, Policy } from '../model/load-balancer.js';
import type { OriginName } from '../model/name.js';
import { pairKey } from '../observe/observation.js';
import { type Plan, pairsByKey } from '../plan/plan.js';
import type { SchedulerSettings } from '../settings.js';
import { originBands, routeBands } from './bands.js';
import { BEYOND_SOFT_LATENCY_COST_MS, BEYOND_STRICT_LATENCY_COST_MS, MAX_RTT_COST_MS, TIER_COST_MS } from './costs.js';
import { failOpenShares } from './fail-open.js';
import type { Arc, OriginNode, Pair, Problem, Route } from './problem.js';
import { isBeyondLimit, type ShareBounds, shareBounds } from './share-bounds.js';
import { type Standing, standingOf } from './standing.js';

/** The problem, with what is needed to read its solution: which arc stands for which origin of which pair. */
export interface Formulation {
  readonly problem: Problem;
  /** One for each pair of the estimate, in its order. */
  readonly pairs: readonly FormulatedPair[];
}

export interface FormulatedPair {
  readonly estimate: PairEstimate;
  readonly standing: Standing;
  /** Index of the problem's arc for each arc of the estimate; `null` where nothing may flow. */
  readonly arcs: readonly (number | null)[];
}

/** An idle pair still gets its best shares: it counts as this small part of the busiest pair. */
const NOMINAL_DEMAND_FRACTION = 1e-6;
const NOMINAL_DEMAND = 1e-3;

/** Writes down what the shares of this cycle may be and what they cost. Pure; feasible by construction. */
export function formulate(
  configuration: Configuration,
  estimate: Estimate,
  previous: Plan | null,
  settings: SchedulerSettings,
): Formulation {
  const network = new Network(configuration, estimate, settings);
  const plans = pairsByKey(previous);
  const pairs = estimate.pairs.map((pair) => {
    const standing = standingOf(pair, plans.get(pairKey(pair.loadBalancer, pair.edge)));
    return { estimate: pair, standing, arcs: network.addPair(pair, standing) };
  });
  return { problem: network.problem(), pairs };
}

/** Collects pairs, arcs, routes and origins under their indices. */
class Network {
  readonly #balancers: ReadonlyMap<string, LoadBalancer>;
  readonly #origins: ReadonlyMap<string, OriginEstimate>;
  readonly #totalDemands = new Map<string, number>();
  readonly #nominalDemand: number;
  readonly #pairs: Pair[] = [];
  readonly #arcs: Arc[] = [];
  readonly #routes: Route[] = [];
  readonly #routeIndices = new Map<string, number>();
  readonly #originNodes: OriginNode[] = [];
  readonly #originIndices = new Map<OriginName, number>();

  constructor(
    configuration: Configuration,
    estimate: Estimate,
    private readonly settings: SchedulerSettings,
  ) {
    this.#balancers = new Map(configuration.loadBalancers.map((balancer) => [balancer.name, balancer]));
    this.#origins = new Map(estimate.origins.map((origin) => [origin.origin, origin]));
    const busiest = estimate.pairs.reduce((most, { demand }) => Math.max(most, demand), 0);
    this.#nominalDemand = Math.max(NOMINAL_DEMAND, busiest * NOMINAL_DEMAND_FRACTION);
    for (const pair of estimate.pairs) {
      const known = this.#totalDemands.get(pair.loadBalancer) ?? 0;
      this.#totalDemands.set(pair.loadBalancer, known + this.#demandOf(pair));
    }
  }

  problem(): Problem {
    return {
      pairs: this.#pairs,
      arcs: this.#arcs,
      routes: this.#routes,
      origins: this.#originNodes,
      inertiaMs: this.settings.inertiaMs,
    };
  }

  /** Answers the index of the new arc for each arc of the estimate, `null` where nothing may flow. */
  addPair(estimate: PairEstimate, standing: Standing): readonly (number | null)[] {
    const balancer = this.#balancers.get(estimate.loadBalancer);
    if (balancer === undefined || standing.kind === 'unserved') return estimate.arcs.map(() => null);
    const { loadBalancer, edge } = estimate;
    const pair = this.#pairs.push({ loadBalancer, edge, demand: this.#demandOf(estimate) }) - 1;
    const bounds = this.#boundsOf(estimate, standing, balancer.policy);
    return estimate.arcs.map((arc, index) => {
      const arcBounds = bounds[index];
      return arcBounds == null ? null : this.#addArc(pair, arc, arcBounds, balancer);
    });
  }

  #demandOf({ demand }: PairEstimate): number {
    return Math.max(demand, this.#nominalDemand);
  }

  #boundsOf(estimate: PairEstimate, standing: Standing, policy: Policy): readonly (ShareBounds | null)[] {
    if (standing.kind === 'fail-open') {
      const shares = failOpenShares(estimate.arcs, this.#origins);
      return shares.map((share) => (share === null ? null : { min: share, max: share, held: share }));
    }
    return estimate.arcs.map((arc) =>
      arc.eligibility === 'eligible' ? shareBounds(arc, estimate, standing, policy) : null,
    );
  }

  #addArc(pair: number, arc: ArcEstimate, bounds: ShareBounds, balancer: LoadBalancer): number | null {
    const reference = balancer.origins.find((used) => used.origin === arc.origin);
    if (reference === undefined) return null;
    return (
      this.#arcs.push({
        pair,
        route: this.#routeOf(balancer, reference),
        costMs: arcCostMs(arc, reference, balancer.policy),
        minShare: bounds.min,
        maxShare: bounds.max,
        heldShare: bounds.held,
      }) - 1
    );
  }

  #routeOf(balancer: LoadBalancer, reference: OriginReference): number {
    const key = `${balancer.name}/${reference.origin}`;
    const known = this.#routeIndices.get(key);
    if (known !== undefined) return known;
    const bands = routeBands(routeLimit(reference, this.#totalDemands.get(balancer.name) ?? 0));
    const index =
      this.#routes.push({ loadBalancer: balancer.name, origin: this.#originOf(reference.origin), bands }) - 1;
    this.#routeIndices.set(key, index);
    return index;
  }

  #originOf(origin: OriginName): number {
    const known = this.#originIndices.get(origin);
    if (known !== undefined) return known;
    const capacity = this.#origins.get(origin)?.capacity ?? null;
    const bands = originBands(capacity, this.#targetUtilization(origin), this.settings.aboveTargetCostMs);
    const index = this.#originNodes.push({ origin, bands }) - 1;
    this.#originIndices.set(origin, index);
    return index;
  }

  /** A shared origin is kept to the lowest target among those who use it. */
  #targetUtilization(origin: OriginName): number {
    const users = [...this.#balancers.values()].filter((balancer) =>
      balancer.origins.some((reference) => reference.origin === origin),
    );
    return Math.min(...users.map((balancer) => balancer.policy.targetUtilizationPercent)) / 100;
  }
}

function arcCostMs(arc: ArcEstimate, reference: OriginReference, policy: Policy): number {
  const rtt = Math.min(arc.rttMs, MAX_RTT_COST_MS);
  const tier = reference.tier * TIER_COST_MS;
  if (!isBeyondLimit(arc, policy)) return rtt + tier;
  return rtt + tier + (policy.latencyMode === 'strict' ? BEYOND_STRICT_LATENCY_COST_MS : BEYOND_SOFT_LATENCY_COST_MS);
}

/** What operators allow, in connections per second; `null` when nothing limits the route. */
function routeLimit(reference: OriginReference, totalDemand: number): number | null {
  const dial = reference.dialPercent < 100 ? (reference.dialPercent / 100) * totalDemand : null;
  if (dial === null) return reference.maxRate ?? null;
  return reference.maxRate === undefined ? dial : Math.min(dial, reference.maxRate);
}
