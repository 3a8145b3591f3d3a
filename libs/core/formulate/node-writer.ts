import type { Estimate, OriginEstimate } from '../estimate/estimate.js';
import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference } from '../model/load-balancer.js';
import { byName, type LoadBalancerName, type OriginName } from '../model/name.js';
import type { SchedulerSettings } from '../settings.js';
import { loadBands, operatorsLimit, routeBands, settledLimit } from './bands.js';
import type { HeldLoads } from './held-loads.js';
import { type OriginCapacity, originCapacity, rateInPresentMix } from './origin-capacity.js';
import type { Band, OriginNode, Problem, Route } from './problem.js';
import type { OriginLoad } from './strain.js';

/** An origin of the problem, and what its load is measured against. Connections per second. */
export interface FormulatedOrigin {
  readonly origin: OriginName;
  /** What it can take, in the present mix of connections; `null` when unlimited. */
  readonly capacity: number | null;
  /** Where the problem takes it for full: near the capacity. */
  readonly full: number | null;
}

/** A route that operators limit. Connections per second. */
export interface FormulatedLimit {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: OriginName;
  readonly route: number;
  readonly limit: number;
  /** Where the problem takes it for reached: near the limit. */
  readonly full: number;
}

/** A route by which a load balancer uses an origin. */
export interface RouteEntry {
  readonly origin: OriginName;
  readonly route: number;
  readonly reference: OriginReference;
}

/** A connection time that was never measured and so binds nothing. */
const UNKNOWN_SECONDS = 1;

/** Writes all routes and origins with their prices, and finds them by name. */
export class NodeWriter {
  readonly #capacities = new Map<OriginName, OriginCapacity>();
  readonly #originIndices: ReadonlyMap<OriginName, number>;
  readonly #estimates: ReadonlyMap<OriginName, OriginEstimate>;
  readonly #routes: Route[] = [];
  readonly #limits: FormulatedLimit[] = [];
  readonly #entries = new Map<LoadBalancerName, readonly RouteEntry[]>();
  readonly #seconds: ReadonlyMap<string, number>;
  readonly #totalDemands: ReadonlyMap<LoadBalancerName, number>;

  constructor(
    private readonly configuration: Configuration,
    private readonly estimate: Estimate,
    private readonly heldLoads: HeldLoads,
    nominalDemand: number,
    private readonly settings: SchedulerSettings,
  ) {
    this.#originIndices = new Map(estimate.origins.map(({ origin }, index) => [origin, index]));
    this.#estimates = new Map(estimate.origins.map((origin) => [origin.origin, origin]));
    this.#seconds = new Map(
      estimate.connectionTimes.map((time) => [`${time.loadBalancer}/${time.origin}`, time.seconds]),
    );
    this.#totalDemands = totalDemands(estimate, nominalDemand);
    for (const { origin } of estimate.origins) this.#capacities.set(origin, this.#capacityOf(origin));
    for (const balancer of configuration.loadBalancers) this.#addRoutes(balancer);
  }

  /** Ordered by origin. */
  routesOf({ name }: LoadBalancer): readonly RouteEntry[] {
    return this.#entries.get(name) ?? [];
  }

  problemNodes(): Pick<Problem, 'routes' | 'origins'> {
    return { routes: this.#routes, origins: this.estimate.origins.map(({ origin }) => this.#originNode(origin)) };
  }

  originLoads(): readonly OriginLoad[] {
    return this.estimate.origins.map(({ origin, measuredLoad }) => {
      const { load, noise, staleLoad } = this.heldLoads.ofOrigin(origin);
      return {
        origin,
        capacity: this.#rateOf(origin),
        measuredLoad: measuredLoad === null ? null : measuredLoad + staleLoad,
        heldLoad: load,
        noise,
      };
    });
  }

  origins(): readonly FormulatedOrigin[] {
    return this.estimate.origins.map(({ origin }) => {
      const capacity = this.#rateOf(origin);
      const { load, noise } = this.heldLoads.ofOrigin(origin);
      return { origin, capacity, full: capacity === null ? null : settledLimit(capacity, load, noise) };
    });
  }

  limits(): readonly FormulatedLimit[] {
    return this.#limits;
  }

  #addRoutes(balancer: LoadBalancer): void {
    const entries: RouteEntry[] = [];
    this.#entries.set(balancer.name, entries);
    const references = [...balancer.origins].sort((one, other) => byName(one.origin, other.origin));
    for (const reference of references) {
      const origin = this.#originIndices.get(reference.origin);
      if (origin === undefined) continue;
      const limit = this.#routeLimit(balancer.name, reference, this.#routes.length);
      const route =
        this.#routes.push({
          loadBalancer: balancer.name,
          origin,
          bands: routeBands(limit?.full ?? null),
          connectionSeconds:
            this.#seconds.get(`${balancer.name}/${reference.origin}`) ?? this.#meanSeconds(reference.origin),
        }) - 1;
      if (limit !== null) this.#limits.push(limit);
      entries.push({ origin: reference.origin, route, reference });
    }
  }

  /** What operators allow; `null` when nothing limits the route. */
  #routeLimit(loadBalancer: LoadBalancerName, reference: OriginReference, route: number): FormulatedLimit | null {
    const limit = allowedRate(reference, this.#totalDemands.get(loadBalancer) ?? 0);
    if (limit === null) return null;
    const { load, noise } = this.heldLoads.ofRoute(loadBalancer, reference.origin);
    return { loadBalancer, origin: reference.origin, route, limit, full: operatorsLimit(limit, load, noise) };
  }

  #originNode(origin: OriginName): OriginNode {
    const { rate, open } = this.#capacities.get(origin) ?? { rate: null, open: null };
    const { load, noise } = this.heldLoads.ofOrigin(origin);
    const bandsOf = (capacity: number, held: number, heldNoise: number, costPerUnit: number): readonly Band[] => {
      const target = settledLimit(capacity * this.#targetUtilization(origin), held, heldNoise);
      const full = settledLimit(capacity, held, heldNoise);
      return loadBands(
        { capacity, target: Math.min(target, full), full },
        this.settings.aboveTargetCostMs,
        costPerUnit,
      );
    };
    return {
      origin,
      bands: rate === null ? [] : bandsOf(rate, load, noise, 1),
      connectionBands:
        open === null
          ? []
          : bandsOf(open.connections, load * open.meanSeconds, noise * open.meanSeconds, 1 / open.meanSeconds),
    };
  }

  #capacityOf(origin: OriginName): OriginCapacity {
    const estimate = this.#estimates.get(origin);
    if (estimate === undefined) return { rate: null, open: null };
    const users = this.#usersOf(origin).map(({ name }) => ({
      heldLoad: this.heldLoads.ofRoute(name, origin).load,
      seconds: this.#seconds.get(`${name}/${origin}`),
    }));
    return originCapacity(estimate, users);
  }

  #rateOf(origin: OriginName): number | null {
    const capacity = this.#capacities.get(origin);
    return capacity === undefined ? null : rateInPresentMix(capacity);
  }

  #meanSeconds(origin: OriginName): number {
    return this.#capacities.get(origin)?.open?.meanSeconds ?? UNKNOWN_SECONDS;
  }

  /** A shared origin is kept to the lowest target among those who use it. */
  #targetUtilization(origin: OriginName): number {
    return Math.min(100, ...this.#usersOf(origin).map(({ policy }) => policy.targetUtilizationPercent)) / 100;
  }

  #usersOf(origin: OriginName): readonly LoadBalancer[] {
    return this.configuration.loadBalancers.filter((balancer) =>
      balancer.origins.some((reference) => reference.origin === origin),
    );
  }
}

function totalDemands({ pairs }: Estimate, nominalDemand: number): ReadonlyMap<LoadBalancerName, number> {
  const totals = new Map<LoadBalancerName, number>();
  for (const { loadBalancer, demand } of pairs) {
    totals.set(loadBalancer, (totals.get(loadBalancer) ?? 0) + Math.max(demand, nominalDemand));
  }
  return totals;
}

/** In connections per second. */
function allowedRate({ dialPercent, maxRate }: OriginReference, totalDemand: number): number | null {
  const dial = dialPercent < 100 ? (dialPercent / 100) * totalDemand : null;
  if (dial === null) return maxRate ?? null;
  return maxRate === undefined ? dial : Math.min(dial, maxRate);
}
