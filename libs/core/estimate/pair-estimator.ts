import type { Configuration } from '../model/configuration.js';
import type { Edge } from '../model/edge.js';
import type { LoadBalancer } from '../model/load-balancer.js';
import { ByOrigin } from '../model/by-origin.js';
import { byName, type LoadBalancerName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import type { LoadBalancerObservation } from '../observe/observation.js';
import type { SchedulerSettings } from '../settings.js';
import { ArcEstimator, type UsedOrigin } from './arc-estimator.js';
import { ArcMemoryReader, ArcMemoryWriter } from './arc-memories.js';
import { demandNoise, smoothDemand } from './demand.js';
import type { ArcEstimate, PairEstimate, PairMemory, SmoothedDemand } from './estimate.js';
import { type FreshFigures, TrafficSums } from './fresh-figures.js';
import { HealthVotes } from './health.js';
import type { Hearing } from './silence.js';

interface EstimatedPair {
  readonly estimate: PairEstimate;
  /** `null` when nothing was ever measured. */
  readonly memory: PairMemory | null;
}

interface EstimatedArcs {
  readonly estimates: readonly ArcEstimate[];
  readonly memories: Pick<PairMemory, 'rtts' | 'down'>;
}

/** Estimates pair by pair, and collects on the way what origins are told from: their traffic and the verdicts on them. */
export class PairEstimator {
  readonly traffic = new TrafficSums();
  readonly votes = new HealthVotes();
  readonly #memories = new ArcMemoryWriter();
  readonly #arcEstimators: ReadonlyMap<LoadBalancerName, readonly ArcEstimator[]>;

  constructor(
    configuration: Configuration,
    private readonly figures: FreshFigures,
    private readonly hearing: Hearing,
    private readonly settings: SchedulerSettings,
    /** Between two ordinary cycles, when most figures are no news. */
    readonly isUrgent: boolean,
  ) {
    const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
    this.#arcEstimators = new Map(
      configuration.loadBalancers.map((balancer) => [
        balancer.name,
        this.#usedOrigins(balancer, origins).map((used) => new ArcEstimator(used, figures, isUrgent)),
      ]),
    );
  }

  estimate(balancer: LoadBalancer, edge: Edge, remembered: PairMemory | undefined): EstimatedPair {
    const known = this.#stillKnown(edge, remembered);
    const seen = this.figures.pair(balancer.name, edge.name);
    const rate = this.figures.demand(seen);
    const demand = this.#demand(rate, known?.demand ?? null);
    const { estimates, memories } = this.#estimateArcs(balancer, edge, seen, known);
    // Written out, not spread: with thousands of pairs that alone took as long as the rest.
    const loadBalancer = balancer.name;
    return {
      estimate: {
        loadBalancer,
        edge: edge.name,
        demand: demand?.level ?? 0,
        demandNoise: demand === null ? 0 : demandNoise(demand),
        isStale: this.hearing.isMassSilence || rate === undefined,
        arcs: estimates,
      },
      memory:
        demand === null && isNothing(memories)
          ? null
          : { loadBalancer, edge: edge.name, demand, rtts: memories.rtts, down: memories.down },
    };
  }

  #usedOrigins(balancer: LoadBalancer, origins: ReadonlyMap<string, Origin>): readonly UsedOrigin[] {
    return [...balancer.origins]
      .sort((left, right) => byName(left.origin, right.origin))
      .flatMap((reference) => {
        const origin = origins.get(reference.origin);
        if (origin === undefined) return [];
        const traffic = this.traffic.ofRoute(balancer.name, origin.name);
        return [{ reference, origin, traffic, votes: this.votes.ofOrigin(origin.name) }];
      });
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
  ): EstimatedArcs {
    const seenArcs = new ByOrigin(seen?.origins ?? []);
    const knownArcs = new ArcMemoryReader(known);
    const estimators = this.#arcEstimators.get(balancer.name) ?? [];
    const estimates = estimators.map((estimator) => {
      const { name } = estimator.used.origin;
      const memory = estimator.follow(seenArcs.get(name), knownArcs.get(name));
      this.#memories.add(name, memory);
      return estimator.estimate(edge, memory);
    });
    return { estimates, memories: this.#memories.endPair() };
  }

  #demand(rate: number | undefined, known: SmoothedDemand | null): SmoothedDemand | null {
    return rate === undefined ? known : smoothDemand(known, rate, this.settings, this.isUrgent);
  }
}

/** What an edge said long ago of its demand and its endpoints no longer counts; how far an origin is does. */
function withoutWhatPasses(known: PairMemory | undefined): PairMemory | undefined {
  return known && { ...known, demand: null, down: [] };
}

function isNothing({ rtts, down }: EstimatedArcs['memories']): boolean {
  return rtts.origins.length === 0 && down.length === 0;
}
