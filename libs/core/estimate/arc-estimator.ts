import type { Edge } from '../model/edge.js';
import type { OriginReference } from '../model/load-balancer.js';
import type { Origin } from '../model/origin.js';
import type { OriginObservation } from '../observe/observation.js';
import type { ArcMemory } from './arc-memories.js';
import type { ArcEstimate, Eligibility, SmoothedRtt } from './estimate.js';
import type { FreshFigures, RouteTraffic } from './fresh-figures.js';
import { deadEndpoints, eligibility, type OriginVotes } from './health.js';
import { ASSUMED_RTT_MS, rttFromDistance } from './location-rtt.js';
import { followRtt, rttUncertaintyMs } from './rtt.js';

/** An origin as one load balancer uses it, and where to add what its edges tell of that. */
export interface UsedOrigin {
  readonly reference: OriginReference;
  readonly origin: Origin;
  readonly traffic: RouteTraffic;
  readonly votes: OriginVotes;
}

/** Estimates one route of one load balancer, from edge to edge. */
export class ArcEstimator {
  readonly #whileAllAreUp: Eligibility;

  constructor(
    readonly used: UsedOrigin,
    private readonly figures: FreshFigures,
    /** Between two ordinary cycles, when most figures are no news. */
    private readonly isUrgent: boolean,
  ) {
    this.#whileAllAreUp = eligibility(used.reference, used.origin, []);
  }

  /** What is told of the origin at an edge; counts what the edge sends there and sees up. */
  follow(seen: OriginObservation | undefined, known: ArcMemory): ArcMemory {
    this.#addTraffic(seen);
    return { rtt: this.#rtt(seen, known.rtt), downEndpoints: this.#deadEndpoints(seen, known.downEndpoints) };
  }

  /** From what is known of the origin at the edge. */
  estimate(edge: Edge, { rtt, downEndpoints: dead }: ArcMemory): ArcEstimate {
    const { origin, reference } = this.used;
    return {
      origin: origin.name,
      rttMs: rtt?.settled ?? rttWithoutMeasurement(edge, origin),
      rttUncertaintyMs: rtt === null ? 0 : rttUncertaintyMs(rtt),
      rttSource: rtt === null ? sourceWithoutMeasurement(edge, origin) : 'measured',
      eligibility: dead.length === 0 ? this.#whileAllAreUp : eligibility(reference, origin, dead),
    };
  }

  #addTraffic(seen: OriginObservation | undefined): void {
    const load = this.figures.load(seen);
    if (load !== undefined) this.used.traffic.add(load, this.figures.activeConnections(seen));
  }

  #rtt(seen: OriginObservation | undefined, known: SmoothedRtt | null): SmoothedRtt | null {
    const measuredMs = this.figures.rttMs(seen);
    const isNews = measuredMs !== undefined && (known === null || !this.isUrgent);
    return isNews ? followRtt(known, measuredMs) : known;
  }

  #deadEndpoints(seen: OriginObservation | undefined, lastDead: readonly string[]): readonly string[] {
    const { origin, votes } = this.used;
    const verdicts = this.figures.verdicts(seen);
    const dead = deadEndpoints(verdicts, lastDead);
    for (const { address, up } of verdicts) votes.add(address, up);
    if (dead.length === 0) return dead;
    const judged = new Set(verdicts.map(({ address }) => address));
    const declared = new Set(origin.endpoints.map(({ address }) => address));
    const stillDead = dead.filter((address) => declared.has(address));
    for (const address of stillDead) if (!judged.has(address)) votes.add(address, false);
    return stillDead;
  }
}

function sourceWithoutMeasurement(edge: Edge, origin: Origin): 'distance' | 'assumed' {
  return edge.location !== undefined && origin.location !== undefined ? 'distance' : 'assumed';
}

function rttWithoutMeasurement({ location: from }: Edge, { location: to }: Origin): number {
  return from !== undefined && to !== undefined ? rttFromDistance(from, to) : ASSUMED_RTT_MS;
}
