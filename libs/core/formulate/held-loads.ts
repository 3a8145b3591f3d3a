import type { PairEstimate } from '../estimate/estimate.js';
import type { LoadBalancerName, OriginName } from '../model/name.js';
import type { Standing } from './standing.js';

/** What one node would get if no share moved, in connections per second, and how well that is known. */
export interface HeldLoad {
  readonly load: number;
  readonly noise: number;
  /** The part of the load that nothing recent is known of. */
  readonly staleLoad: number;
}

const NOTHING: HeldLoad = { load: 0, noise: 0, staleLoad: 0 };

interface Sums {
  load: number;
  variance: number;
  staleLoad: number;
}

/** Sums of what would go where if no share moved. */
export class HeldLoads {
  readonly #routes = new Map<LoadBalancerName, Map<OriginName, Sums>>();

  add({ loadBalancer, demand, demandNoise, isStale, arcs }: PairEstimate, { held }: Standing): void {
    if (held === null) return;
    let routes = this.#routes.get(loadBalancer);
    if (routes === undefined) this.#routes.set(loadBalancer, (routes = new Map<OriginName, Sums>()));
    for (const [index, share] of held.entries()) {
      const arc = arcs[index];
      if (share === 0 || arc?.eligibility !== 'eligible') continue;
      let sums = routes.get(arc.origin);
      if (sums === undefined) routes.set(arc.origin, (sums = { load: 0, variance: 0, staleLoad: 0 }));
      sums.load += demand * share;
      if (isStale) sums.staleLoad += demand * share;
      // Edges err independently, so their noises add up as squares.
      sums.variance += (demandNoise * share) ** 2;
    }
  }

  ofRoute(loadBalancer: LoadBalancerName, origin: OriginName): HeldLoad {
    const sums = this.#routes.get(loadBalancer)?.get(origin);
    return sums === undefined ? NOTHING : heldLoadOf(sums);
  }

  ofOrigin(origin: OriginName): HeldLoad {
    const whole: Sums = { load: 0, variance: 0, staleLoad: 0 };
    for (const routes of this.#routes.values()) {
      const sums = routes.get(origin);
      if (sums === undefined) continue;
      whole.load += sums.load;
      whole.variance += sums.variance;
      whole.staleLoad += sums.staleLoad;
    }
    return heldLoadOf(whole);
  }
}

function heldLoadOf({ load, variance, staleLoad }: Sums): HeldLoad {
  return { load, noise: Math.sqrt(variance), staleLoad };
}
