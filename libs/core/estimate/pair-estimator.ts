import type { Configuration } from '../model/configuration.js';
import type { Edge } from '../model/edge.js';
import type { LoadBalancer, OriginReference } from '../model/load-balancer.js';
import { byName, type LoadBalancerName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import type { LoadBalancerObservation, OriginObservation } from '../observe/observation.js';
import type { SchedulerSettings } from '../settings.js';
import { demandNoise, smoothDemand } from './demand.js';
import type { ArcEstimate, ArcMemory, PairEstimate, PairMemory, SmoothedDemand, SmoothedRtt } from './estimate.js';
import { type FreshFigures, TrafficSums } from './fresh-figures.js';
import { deadEndpoints, eligibility, HealthVotes } from './health.js';
import { ASSUMED_RTT_MS, rttFromDistance } from './location-rtt.js';
import { followRtt } from './rtt.js';
import type { Hearing } from './silence.js';

interface EstimatedPair {
  readonly estimate: PairEstimate;
  /** `null` when nothing was ever measured. */
  readonly memory: PairMemory | null;
}

interface EstimatedArc {
  readonly estimate: ArcEstimate;
  readonly memory: ArcMemory | null;
}

interface UsedOrigin {
  readonly reference: OriginReference;
  readonly origin: Origin;
}

/** Estimates pair by pair, and collects on the way what origins are told from: their traffic and the verdicts on them. */
export class PairEstimator {
  readonly traffic = new TrafficSums();
  readonly votes = new HealthVotes();
  readonly #usedOrigins: ReadonlyMap<LoadBalancerName, readonly UsedOrigin[]>;

  constructor(
    configuration: Configuration,
    private readonly figures: FreshFigures,
    private readonly hearing: Hearing,
    private readonly settings: SchedulerSettings,
    /** Between two ordinary cycles, when most figures are no news. */
    readonly isUrgent: boolean,
  ) {
    const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
    this.#usedOrigins = new Map(
      configuration.loadBalancers.map((balancer) => [balancer.name, usedOrigins(balancer, origins)]),
    );
  }

  estimate(balancer: LoadBalancer, edge: Edge, remembered: PairMemory | undefined): EstimatedPair {
    const known = this.#stillKnown(edge, remembered);
    const seen = this.figures.pair(balancer.name, edge.name);
    const rate = this.figures.demand(seen);
    const demand = this.#demand(rate, known?.demand ?? null);
    const arcs = this.#estimateArcs(balancer, edge, seen, known);
    const memories = arcs.flatMap(({ memory }) => (memory === null ? [] : [memory]));
    const pair = { loadBalancer: balancer.name, edge: edge.name };
    return {
      estimate: {
        ...pair,
        demand: demand?.level ?? 0,
        demandNoise: demand === null ? 0 : demandNoise(demand),
        isStale: this.hearing.isMassSilence || rate === undefined,
        arcs: arcs.map(({ estimate }) => estimate),
      },
      memory: demand === null && memories.length === 0 ? null : { ...pair, demand, arcs: memories },
    };
  }

  #stillKnown({ name }: Edge, remembered: PairMemory | undefined): PairMemory | undefined {
    if (!this.hearing.liveEdges.has(name)) return withoutWhatPasses(remembered);
    return this.hearing.departedEdges.has(name) ? remembered && { ...remembered, demand: null } : remembered;
  }

  #estimateArcs(
    balancer: LoadBalancer,
    edge: Edge,
    seen: LoadBalancerObservation | undefined,
    known: PairMemory | undefined,
  ): readonly EstimatedArc[] {
    const estimator = new ArcEstimator(this, this.figures, balancer, edge, seen, known);
    return (this.#usedOrigins.get(balancer.name) ?? []).map((used) => estimator.estimate(used));
  }

  #demand(rate: number | undefined, known: SmoothedDemand | null): SmoothedDemand | null {
    return rate === undefined ? known : smoothDemand(known, rate, this.settings, this.isUrgent);
  }
}

/** The arcs of one pair. */
class ArcEstimator {
  readonly #seen: ReadonlyMap<string, OriginObservation>;
  readonly #known: ReadonlyMap<string, ArcMemory>;

  constructor(
    private readonly pairs: Pick<PairEstimator, 'traffic' | 'votes' | 'isUrgent'>,
    private readonly figures: FreshFigures,
    private readonly balancer: LoadBalancer,
    private readonly edge: Edge,
    seen: LoadBalancerObservation | undefined,
    known: PairMemory | undefined,
  ) {
    this.#seen = new Map(seen?.origins.map((arc) => [arc.origin, arc]));
    this.#known = new Map(known?.arcs.map((arc) => [arc.origin, arc]));
  }

  estimate({ reference, origin }: UsedOrigin): EstimatedArc {
    const seen = this.#seen.get(origin.name);
    const known = this.#known.get(origin.name);
    this.#addTraffic(origin, seen);
    const rtt = this.#rtt(seen, known?.rtt ?? null);
    const dead = this.#deadEndpoints(origin, seen, known?.downEndpoints ?? []);
    return {
      estimate: {
        origin: origin.name,
        rttMs: rtt?.settled ?? rttWithoutMeasurement(this.edge, origin),
        rttSource: rtt === null ? sourceWithoutMeasurement(this.edge, origin) : 'measured',
        eligibility: eligibility(reference, origin, dead),
      },
      memory: rtt === null && dead.length === 0 ? null : { origin: origin.name, rtt, downEndpoints: dead },
    };
  }

  #addTraffic(origin: Origin, seen: OriginObservation | undefined): void {
    const load = this.figures.load(seen);
    if (load !== undefined) {
      this.pairs.traffic.add(this.balancer.name, origin.name, load, this.figures.activeConnections(seen));
    }
  }

  #rtt(seen: OriginObservation | undefined, known: SmoothedRtt | null): SmoothedRtt | null {
    const measuredMs = this.figures.rttMs(seen);
    const isNews = measuredMs !== undefined && (known === null || !this.pairs.isUrgent);
    return isNews ? followRtt(known, measuredMs) : known;
  }

  #deadEndpoints(origin: Origin, seen: OriginObservation | undefined, lastDead: readonly string[]): readonly string[] {
    const verdicts = this.figures.verdicts(seen);
    const dead = deadEndpoints(verdicts, lastDead);
    for (const { address, up } of verdicts) this.pairs.votes.add(origin.name, address, up);
    if (dead.length === 0) return dead;
    const judged = new Set(verdicts.map(({ address }) => address));
    const declared = new Set(origin.endpoints.map(({ address }) => address));
    const stillDead = dead.filter((address) => declared.has(address));
    for (const address of stillDead) if (!judged.has(address)) this.pairs.votes.add(origin.name, address, false);
    return stillDead;
  }
}

function usedOrigins(balancer: LoadBalancer, origins: ReadonlyMap<string, Origin>): readonly UsedOrigin[] {
  return [...balancer.origins]
    .sort((left, right) => byName(left.origin, right.origin))
    .flatMap((reference) => {
      const origin = origins.get(reference.origin);
      return origin === undefined ? [] : [{ reference, origin }];
    });
}

/** What an edge said long ago of its demand and its endpoints no longer counts; how far an origin is does. */
function withoutWhatPasses(known: PairMemory | undefined): PairMemory | undefined {
  return known && { ...known, demand: null, arcs: known.arcs.map((arc) => ({ ...arc, downEndpoints: [] })) };
}

function sourceWithoutMeasurement(edge: Edge, origin: Origin): 'distance' | 'assumed' {
  return edge.location !== undefined && origin.location !== undefined ? 'distance' : 'assumed';
}

function rttWithoutMeasurement({ location: from }: Edge, { location: to }: Origin): number {
  return from !== undefined && to !== undefined ? rttFromDistance(from, to) : ASSUMED_RTT_MS;
}
