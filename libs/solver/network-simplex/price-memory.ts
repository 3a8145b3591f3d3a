import type { LoadBalancerName, OriginName } from '#core/model/name.js';
import type { Problem } from '#core/formulate/problem.js';
import type { Prices } from '#core/ports/assignment-solver.js';

/** Prices of an origin and of the routes to it that have bands of their own, in ms. */
interface RememberedPrices {
  readonly originMs: number;
  readonly routesMs: ReadonlyMap<LoadBalancerName, number>;
}

/**
 * The last prices of every origin, by names: so they serve a problem in which pairs, routes or limits have changed, and
 * parts of a problem that are solved one after the other. Origins that are gone keep their few bytes.
 */
export class PriceMemory {
  private readonly ofOrigin = new Map<OriginName, RememberedPrices>();

  remember({ routes, origins }: Problem, { routesMs, originsMs }: Prices): void {
    const ofRoutes = origins.map(() => new Map<LoadBalancerName, number>());
    routes.forEach(({ loadBalancer, origin, bands }, route) => {
      if (bands.length > 0) ofRoutes[origin]?.set(loadBalancer, routesMs[route] ?? NaN);
    });
    origins.forEach(({ origin }, index) => {
      this.ofOrigin.set(origin, { originMs: originsMs[index] ?? NaN, routesMs: ofRoutes[index] ?? new Map() });
    });
  }

  /** Null when an origin is new. A route that is new is taken to cost no more than its origin. */
  recall({ routes, origins }: Problem): Prices | null {
    const remembered = origins.map(({ origin }) => this.ofOrigin.get(origin));
    if (remembered.includes(undefined)) return null;
    return {
      routesMs: routes.map(({ loadBalancer, origin }) => {
        const prices = remembered[origin];
        return prices?.routesMs.get(loadBalancer) ?? prices?.originMs ?? NaN;
      }),
      originsMs: remembered.map((prices) => prices?.originMs ?? NaN),
    };
  }
}
