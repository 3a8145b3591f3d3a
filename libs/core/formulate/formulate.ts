import type { ArcEstimate, Estimate, PairEstimate } from '../estimate/estimate.js';
import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference, Policy } from '../model/load-balancer.js';
import { ByOrigin } from '../model/by-origin.js';
import type { OriginName } from '../model/name.js';
import { ByPair } from '../observe/by-pair.js';
import { keepShares } from '../plan/keep-shares.js';
import type { Plan } from '../plan/plan.js';
import type { SchedulerSettings } from '../settings.js';
import { ArcWriter } from './arc-columns.js';
import { BEYOND_SOFT_LATENCY_COST_MS, BEYOND_STRICT_LATENCY_COST_MS, MAX_RTT_COST_MS, TIER_COST_MS } from './costs.js';
import { HeldLoads } from './held-loads.js';
import { type FormulatedLimit, type FormulatedOrigin, NodeWriter, type RouteEntry } from './node-writer.js';
import type { Pair, Problem } from './problem.js';
import { isBeyondLimit, type ShareBounds, shareBounds } from './share-bounds.js';
import { type Standing, standingOf } from './standing.js';
import { type Strain, strainOf } from './strain.js';

/** The problem, with what is needed to read its solution. */
export interface Formulation {
  readonly problem: Problem;
  /** One for each pair of the estimate, in its order. */
  readonly pairs: readonly FormulatedPair[];
  /** One for each origin of the problem, in its order. */
  readonly origins: readonly FormulatedOrigin[];
  /** Routes that operators limit. */
  readonly limits: readonly FormulatedLimit[];
}

export interface FormulatedPair {
  readonly estimate: PairEstimate;
  readonly standing: Standing;
  /** Index of the problem's pair; `null` when nothing may serve. */
  readonly pair: number | null;
  /** Index of the problem's arc for each arc of the estimate; `null` where nothing may flow. */
  readonly arcs: readonly (number | null)[];
}

/** An idle pair still gets its best shares: it counts as this small part of the busiest pair. */
const NOMINAL_DEMAND_FRACTION = 1e-6;
const NOMINAL_DEMAND = 1e-3;

/**
 * Writes down what the shares of this cycle may be and what they cost. Pure; feasible by construction. `isUrgent`: only
 * the exemptions from damping may move shares.
 */
export function formulate(
  configuration: Configuration,
  estimate: Estimate,
  previous: Plan | null,
  settings: SchedulerSettings,
  isUrgent: boolean,
): Formulation {
  const balancers = new Map(configuration.loadBalancers.map((balancer) => [balancer.name, balancer]));
  const plans = new ByPair(previous?.pairs ?? []);
  const heldLoads = new HeldLoads();
  const standings = estimate.pairs.map((pair) => {
    const policy = balancers.get(pair.loadBalancer)?.policy;
    if (policy === undefined) throw new Error(`estimate of an unknown load balancer ${pair.loadBalancer}`);
    const standing = standingOf(pair, plans.get(pair.loadBalancer, pair.edge), policy, isUrgent);
    heldLoads.add(pair, standing);
    return standing;
  });
  const nominalDemand = nominalDemandOf(estimate);
  const nodes = new NodeWriter(configuration, estimate, heldLoads, nominalDemand, settings);
  const writer = new PairWriter(estimate, nodes, strainOf(nodes.originLoads()), nominalDemand);
  const pairs = estimate.pairs.map((pair, index): FormulatedPair => {
    const balancer = balancers.get(pair.loadBalancer);
    const standing = standings[index];
    if (balancer === undefined || standing === undefined)
      throw new Error('every pair has a load balancer and a standing');
    return { estimate: pair, standing, ...writer.addPair(pair, standing, balancer) };
  });
  return {
    problem: {
      pairs: writer.pairs,
      arcs: writer.arcs.finish(),
      ...nodes.problemNodes(),
      inertiaMs: settings.inertiaMs,
    },
    pairs,
    origins: nodes.origins(),
    limits: nodes.limits(),
  };
}

function nominalDemandOf({ pairs }: Estimate): number {
  const busiest = pairs.reduce((most, { demand }) => Math.max(most, demand), 0);
  return Math.max(NOMINAL_DEMAND, busiest * NOMINAL_DEMAND_FRACTION);
}

/** Writes pairs and their arcs under their indices. */
class PairWriter {
  readonly pairs: Pair[] = [];
  readonly arcs: ArcWriter;
  readonly #wholeRates: ReadonlyMap<OriginName, number | null>;

  constructor(
    estimate: Estimate,
    private readonly nodes: NodeWriter,
    private readonly strain: Strain,
    private readonly nominalDemand: number,
  ) {
    const mostArcs = estimate.pairs.reduce((sum, { arcs }) => sum + arcs.length, 0);
    this.arcs = new ArcWriter(estimate.pairs.length, mostArcs);
    this.#wholeRates = new Map(estimate.origins.map(({ origin, wholeRate }) => [origin, wholeRate]));
  }

  addPair(estimate: PairEstimate, standing: Standing, balancer: LoadBalancer): Pick<FormulatedPair, 'pair' | 'arcs'> {
    if (standing.kind === 'unserved') return { pair: null, arcs: estimate.arcs.map(() => null) };
    const { loadBalancer, edge } = estimate;
    this.pairs.push({ loadBalancer, edge, demand: Math.max(estimate.demand, this.nominalDemand) });
    const bounds = this.#boundsOf(estimate, standing, balancer.policy);
    const routes = new ByOrigin(this.nodes.routesOf(balancer));
    const arcs = estimate.arcs.map((arc, index) => {
      const arcBounds = bounds[index];
      return arcBounds == null ? null : this.#addArc(arc, arcBounds, balancer, routes);
    });
    return { pair: this.arcs.endPair(), arcs };
  }

  #boundsOf(estimate: PairEstimate, standing: Standing, policy: Policy): readonly (ShareBounds | null)[] {
    if (standing.kind !== 'fail-open') return shareBounds(estimate, standing, policy, this.strain);
    const shares = keepShares(estimate, standing, this.#wholeRates);
    return estimate.arcs.map(({ eligibility }, index) => {
      const share = shares[index] ?? 0;
      return eligibility === 'unhealthy' ? { min: share, max: share, held: share } : null;
    });
  }

  #addArc(arc: ArcEstimate, bounds: ShareBounds, { name, policy }: LoadBalancer, routes: ByOrigin<RouteEntry>): number {
    const entry = routes.get(arc.origin);
    if (entry === undefined) throw new Error(`${name} does not use ${arc.origin}`);
    const costMs = arcCostMs(arc, entry.reference, policy);
    return this.arcs.add(entry.route, costMs, bounds.min, bounds.max, bounds.held ?? Number.NaN, arc.rttUncertaintyMs);
  }
}

function arcCostMs(arc: ArcEstimate, reference: OriginReference, policy: Policy): number {
  const rtt = Math.min(arc.rttMs, MAX_RTT_COST_MS);
  const tier = reference.tier * TIER_COST_MS;
  if (!isBeyondLimit(arc, policy)) return rtt + tier;
  return rtt + tier + (policy.latencyMode === 'strict' ? BEYOND_STRICT_LATENCY_COST_MS : BEYOND_SOFT_LATENCY_COST_MS);
}
