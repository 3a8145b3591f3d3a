import type { LoadBalancerName, OriginName } from '../model/name.js';
import type { LoadBalancerObservation, Observation, OriginObservation } from '../observe/observation.js';
import type { SchedulerSettings } from '../settings.js';
import type { Traffic } from './connection-time.js';
import { isUsableRate } from './demand.js';
import { isUsableRtt } from './rtt.js';

const NOTHING: readonly never[] = [];

/** What one observation says that is young enough and makes sense; what makes none is counted. */
export class FreshFigures {
  unusableFigures = 0;
  readonly #pairs = new Map<string, ReadonlyMap<LoadBalancerName, LoadBalancerObservation>>();
  readonly #staleMs: number;

  constructor(observation: Observation, settings: Pick<SchedulerSettings, 'cycleMs' | 'staleAfterCycles'>) {
    this.#staleMs = settings.cycleMs * settings.staleAfterCycles;
    for (const { edge, loadBalancers } of observation.edges) {
      this.#pairs.set(edge, new Map(loadBalancers.map((seen) => [seen.loadBalancer, seen])));
    }
  }

  /** What the edge sees of the load balancer; its own figures may be stale. */
  pair(loadBalancer: LoadBalancerName, edge: string): LoadBalancerObservation | undefined {
    return this.#pairs.get(edge)?.get(loadBalancer);
  }

  /** Connections per second the edge receives. */
  demand(pair: LoadBalancerObservation | undefined): number | undefined {
    return pair !== undefined && this.isFresh(pair) ? this.#usable(pair.ratePerSecond, isUsableRate) : undefined;
  }

  /** Connections per second the edge sends to the origin. */
  load(arc: OriginObservation | undefined): number | undefined {
    return arc !== undefined && this.isFresh(arc) ? this.#usable(arc.ratePerSecond, isUsableRate) : undefined;
  }

  activeConnections(arc: OriginObservation | undefined): number | undefined {
    return arc !== undefined && this.isFresh(arc) ? this.#usable(arc.activeConnections, isUsableRate) : undefined;
  }

  rttMs(arc: OriginObservation | undefined): number | undefined {
    return arc !== undefined && this.isFresh(arc) ? this.#usable(arc.rttMs, isUsableRtt) : undefined;
  }

  verdicts(arc: OriginObservation | undefined): OriginObservation['endpoints'] {
    if (arc === undefined) return NOTHING;
    return arc.endpoints.every((verdict) => this.isFresh(verdict))
      ? arc.endpoints
      : arc.endpoints.filter((verdict) => this.isFresh(verdict));
  }

  isFresh({ ageMs }: { readonly ageMs: number }): boolean {
    // What is not a number has become null in a stored observation, and null <= 1.
    return Number.isFinite(ageMs) && ageMs <= this.#staleMs;
  }

  #usable(figure: number | undefined, isUsable: (figure: number) => boolean): number | undefined {
    if (figure === undefined || isUsable(figure)) return figure;
    this.unusableFigures += 1;
    return undefined;
  }
}

/** Sums of what edges send to origins. */
export class TrafficSums {
  readonly #ofOrigins = new Map<OriginName, OriginTraffic>();
  readonly #ofRoutes = new Map<LoadBalancerName, Map<OriginName, RouteTraffic>>();

  /** Where to add what edges send on one route: looked up once, not for each edge. */
  ofRoute(loadBalancer: LoadBalancerName, origin: OriginName): RouteTraffic {
    let routes = this.#ofRoutes.get(loadBalancer);
    if (routes === undefined) this.#ofRoutes.set(loadBalancer, (routes = new Map<OriginName, RouteTraffic>()));
    let route = routes.get(origin);
    if (route === undefined) routes.set(origin, (route = new RouteTraffic(this.#ofOrigin(origin))));
    return route;
  }

  /** Connections per second; `null` when no edge tells. */
  load(origin: OriginName): number | null {
    return this.#ofOrigins.get(origin)?.load ?? null;
  }

  /** Where both the rate and the open connections are known. */
  traffic(loadBalancer: LoadBalancerName, origin: OriginName): Traffic | undefined {
    return this.#ofRoutes.get(loadBalancer)?.get(origin)?.sums;
  }

  #ofOrigin(origin: OriginName): OriginTraffic {
    let traffic = this.#ofOrigins.get(origin);
    if (traffic === undefined) this.#ofOrigins.set(origin, (traffic = { load: null }));
    return traffic;
  }
}

interface OriginTraffic {
  load: number | null;
}

/** Sums of what edges send to one origin for one load balancer. */
export class RouteTraffic {
  #ratePerSecond = 0;
  #activeConnections = 0;
  #edges = 0;

  constructor(private readonly ofOrigin: OriginTraffic) {}

  add(ratePerSecond: number, activeConnections: number | undefined): void {
    this.ofOrigin.load = (this.ofOrigin.load ?? 0) + ratePerSecond;
    if (activeConnections === undefined) return;
    this.#ratePerSecond += ratePerSecond;
    this.#activeConnections += activeConnections;
    this.#edges += 1;
  }

  /** Of those edges that tell both. */
  get sums(): Traffic | undefined {
    if (this.#edges === 0) return undefined;
    return { ratePerSecond: this.#ratePerSecond, activeConnections: this.#activeConnections, edges: this.#edges };
  }
}
