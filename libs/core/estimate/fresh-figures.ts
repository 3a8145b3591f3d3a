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
  readonly #loads = new Map<OriginName, number>();
  readonly #ofRoutes = new Map<LoadBalancerName, Map<OriginName, Traffic>>();

  add(loadBalancer: LoadBalancerName, origin: OriginName, load: number, activeConnections: number | undefined): void {
    this.#loads.set(origin, (this.#loads.get(origin) ?? 0) + load);
    if (activeConnections === undefined) return;
    let routes = this.#ofRoutes.get(loadBalancer);
    if (routes === undefined) this.#ofRoutes.set(loadBalancer, (routes = new Map<OriginName, Traffic>()));
    const known = routes.get(origin);
    routes.set(origin, {
      ratePerSecond: (known?.ratePerSecond ?? 0) + load,
      activeConnections: (known?.activeConnections ?? 0) + activeConnections,
      edges: (known?.edges ?? 0) + 1,
    });
  }

  /** Connections per second; `null` when no edge tells. */
  load(origin: OriginName): number | null {
    return this.#loads.get(origin) ?? null;
  }

  /** Where both the rate and the open connections are known. */
  traffic(loadBalancer: LoadBalancerName, origin: OriginName): Traffic | undefined {
    return this.#ofRoutes.get(loadBalancer)?.get(origin);
  }
}
