import type { OriginReference } from '../model/load-balancer.js';
import type { OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import type { EndpointObservation } from '../observe/observation.js';
import type { Eligibility } from './estimate.js';

interface Votes {
  up: number;
  down: number;
}

/** What probes say of the endpoints of one origin. */
export class OriginVotes {
  readonly #votes = new Map<string, Votes>();

  add(address: string, isUp: boolean): void {
    const votes = this.#votes.get(address);
    if (votes === undefined) this.#votes.set(address, { up: isUp ? 1 : 0, down: isUp ? 0 : 1 });
    else votes[isUp ? 'up' : 'down'] += 1;
  }

  isUpForMost(address: string): boolean {
    const votes = this.#votes.get(address);
    return votes === undefined || votes.up >= votes.down;
  }
}

/** Collects what probes say of every endpoint, from all load balancers and edges. */
export class HealthVotes {
  readonly #ofOrigins = new Map<OriginName, OriginVotes>();

  /** Where to add what is said of one origin: looked up once, not for each edge. */
  ofOrigin(origin: OriginName): OriginVotes {
    let votes = this.#ofOrigins.get(origin);
    if (votes === undefined) this.#ofOrigins.set(origin, (votes = new OriginVotes()));
    return votes;
  }

  /** Part of the origin's endpoint weight that at least half of those probing it see up. */
  healthyFraction(origin: Origin): number {
    const whole = origin.endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);
    if (whole === 0) return 0;
    const votes = this.ofOrigin(origin.name);
    const healthy = origin.endpoints.filter(({ address }) => votes.isUpForMost(address));
    return healthy.reduce((sum, endpoint) => sum + endpoint.weight, 0) / whole;
  }
}

const NONE: readonly string[] = [];

/** Endpoints one edge takes for dead: by a fresh verdict, or by the last one where there is no fresh one. */
export function deadEndpoints(fresh: readonly EndpointObservation[], lastDead: readonly string[]): readonly string[] {
  if (lastDead.length === 0 && fresh.every(({ up }) => up)) return NONE;
  const judged = new Set(fresh.map(({ address }) => address));
  const dead = fresh.filter(({ up }) => !up).map(({ address }) => address);
  return [...dead, ...lastDead.filter((address) => !judged.has(address))].sort();
}

/** May an edge that takes `dead` endpoints for dead send traffic there? What was never probed is taken to be healthy. */
export function eligibility(reference: OriginReference, origin: Origin, dead: readonly string[]): Eligibility {
  if (origin.state !== 'active') return origin.state;
  if (reference.dialPercent === 0 || reference.maxRate === 0) return 'dialled-out';
  const serving = origin.endpoints.filter(({ weight }) => weight > 0);
  if (serving.length === 0) return 'disabled';
  if (dead.length === 0) return 'eligible';
  return serving.some(({ address }) => !dead.includes(address)) ? 'eligible' : 'unhealthy';
}
