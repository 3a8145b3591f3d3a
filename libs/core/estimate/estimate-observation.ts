import type { Configuration } from '../model/configuration.js';
import type { Edge } from '../model/edge.js';
import type { LoadBalancer } from '../model/load-balancer.js';
import { byName, type EdgeName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import { arcKey, edgeOfPair, type Observation, pairKey } from '../observe/observation.js';
import type { SchedulerSettings } from '../settings.js';
import { isUsableRate, smoothDemand } from './demand.js';
import type { ArcEstimate, Estimate, EstimateMemory, OriginEstimate, PairEstimate } from './estimate.js';
import { HealthView } from './health.js';
import { ASSUMED_RTT_MS, rttFromDistance } from './location-rtt.js';

/** Weighs an observation against what was known: smooths demand, marks what is stale, fills unknown RTTs. Pure. */
export function estimateObservation(
  configuration: Configuration,
  observation: Observation,
  memory: EstimateMemory,
  settings: SchedulerSettings,
): Estimate {
  const fresh = freshPart(observation, settings);
  const health = new HealthView(fresh.health);
  const heard = hearEdges(configuration, observation, memory, settings);
  const knownDemands = liveDemands(observation, memory, heard, settings);
  const rtts = knownRtts(fresh, memory);
  const pairs = estimatePairs(configuration, { fresh, health, knownDemands, rtts, settings, ...heard });
  const loads = sumByOrigin(fresh);
  return {
    takenAtMs: observation.takenAtMs,
    pairs,
    origins: configuration.origins.map((origin) => estimateOrigin(origin, health, loads.get(origin.name) ?? 0)),
    silentEdges: heard.silentEdges,
    isMassSilence: heard.isMassSilence,
    memory: {
      demands: rememberDemands(pairs, knownDemands),
      rttsMs: rememberRtts(pairs),
      lastHeardMs: heard.lastHeardMs,
    },
  };
}

function freshPart(observation: Observation, settings: SchedulerSettings): Observation {
  const limitMs = settings.cycleMs * settings.staleAfterCycles;
  const isFresh = (sample: { ageMs: number }) => sample.ageMs <= limitMs;
  return {
    takenAtMs: observation.takenAtMs,
    edges: observation.edges.filter(isFresh),
    demands: observation.demands.filter((sample) => isFresh(sample) && isUsableRate(sample.ratePerSecond)),
    loads: observation.loads.filter((sample) => isFresh(sample) && isUsableRate(sample.ratePerSecond)),
    rtts: observation.rtts.filter((sample) => isUsableRate(sample.rttMs)),
    health: observation.health.filter(isFresh),
  };
}

type Heard = Pick<Estimate, 'silentEdges' | 'isMassSilence'> & Pick<EstimateMemory, 'lastHeardMs'>;

/** Who speaks, who fell silent. An edge that never spoke, not for long, or that operators took out of use is not missed. */
function hearEdges(
  configuration: Configuration,
  observation: Observation,
  memory: EstimateMemory,
  settings: SchedulerSettings,
): Heard {
  const now = observation.takenAtMs;
  const ages = new Map(observation.edges.map((sample) => [sample.edge, sample.ageMs]));
  const lastKnownMs = new Map(Object.entries(memory.lastHeardMs));
  const lastHeardMs: Record<string, number> = {};
  const silentEdges: EdgeName[] = [];
  for (const { name } of configuration.edges.filter((edge) => edge.state === 'active')) {
    const age = ages.get(name);
    const heardMs = age === undefined ? lastKnownMs.get(name) : now - age;
    if (heardMs === undefined || now - heardMs > settings.edgeMemoryMs) continue;
    lastHeardMs[name] = heardMs;
    if (now - heardMs > settings.cycleMs * settings.staleAfterCycles) silentEdges.push(name);
  }
  const isMassSilence = silentEdges.length * 2 > Object.keys(lastHeardMs).length;
  return { silentEdges, isMassSilence, lastHeardMs };
}

/** What is known of demand and still counts: users of an edge that stays silent have long been routed to others. */
function liveDemands(
  { takenAtMs }: Observation,
  memory: EstimateMemory,
  heard: Heard,
  settings: SchedulerSettings,
): ReadonlyMap<string, number> {
  const memoryMs = settings.cycleMs * settings.demandMemoryCycles;
  const isRecent = ([, heardMs]: [string, number]): boolean => takenAtMs - heardMs <= memoryMs;
  const live = new Set(
    Object.entries(heard.lastHeardMs)
      .filter(isRecent)
      .map(([edge]) => edge),
  );
  return new Map(Object.entries(memory.demands).filter(([key]) => live.has(edgeOfPair(key))));
}

function knownRtts(fresh: Observation, memory: EstimateMemory): ReadonlyMap<string, number> {
  const rtts = new Map(Object.entries(memory.rttsMs));
  for (const sample of fresh.rtts) rtts.set(arcKey(sample.loadBalancer, sample.edge, sample.origin), sample.rttMs);
  return rtts;
}

/** All that pairs are estimated from. */
interface Evidence {
  readonly fresh: Observation;
  readonly health: HealthView;
  readonly knownDemands: ReadonlyMap<string, number>;
  readonly rtts: ReadonlyMap<string, number>;
  readonly isMassSilence: boolean;
  readonly settings: SchedulerSettings;
}

function estimatePairs(configuration: Configuration, evidence: Evidence): readonly PairEstimate[] {
  const { fresh, health, knownDemands, rtts, isMassSilence, settings } = evidence;
  const measured = new Map(
    fresh.demands.map((sample) => [pairKey(sample.loadBalancer, sample.edge), sample.ratePerSecond]),
  );
  const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
  const pairs: PairEstimate[] = [];
  for (const balancer of configuration.loadBalancers) {
    for (const edge of configuration.edges) {
      const key = pairKey(balancer.name, edge.name);
      const rate = measured.get(key);
      const known = knownDemands.get(key);
      pairs.push({
        loadBalancer: balancer.name,
        edge: edge.name,
        demand: rate === undefined ? (known ?? 0) : smoothDemand(known, rate, settings),
        isStale: isMassSilence || rate === undefined,
        arcs: estimateArcs(balancer, edge, origins, health, rtts),
      });
    }
  }
  return pairs;
}

function estimateArcs(
  balancer: LoadBalancer,
  edge: Edge,
  origins: ReadonlyMap<string, Origin>,
  health: HealthView,
  rtts: ReadonlyMap<string, number>,
): readonly ArcEstimate[] {
  const references = [...balancer.origins].sort((left, right) => byName(left.origin, right.origin));
  return references.flatMap((reference) => {
    const origin = origins.get(reference.origin);
    if (origin === undefined) return [];
    return [
      {
        origin: origin.name,
        ...estimateRtt(edge, origin, rtts.get(arcKey(balancer.name, edge.name, origin.name))),
        eligibility: health.eligibility(balancer.name, edge.name, reference, origin),
      },
    ];
  });
}

function estimateRtt(
  edge: Edge,
  origin: Origin,
  measuredMs: number | undefined,
): Pick<ArcEstimate, 'rttMs' | 'rttSource'> {
  if (measuredMs !== undefined) return { rttMs: measuredMs, rttSource: 'measured' };
  if (edge.location !== undefined && origin.location !== undefined) {
    return { rttMs: rttFromDistance(edge.location, origin.location), rttSource: 'distance' };
  }
  return { rttMs: ASSUMED_RTT_MS, rttSource: 'assumed' };
}

function estimateOrigin(origin: Origin, health: HealthView, measuredLoad: number): OriginEstimate {
  const healthyFraction = health.healthyFraction(origin);
  const declaredRate = origin.capacity.rate ?? null;
  const capacity = declaredRate === null ? null : declaredRate * healthyFraction;
  return { origin: origin.name, declaredRate, capacity, healthyFraction, measuredLoad };
}

function sumByOrigin(fresh: Observation): ReadonlyMap<string, number> {
  const loads = new Map<string, number>();
  for (const { origin, ratePerSecond } of fresh.loads) loads.set(origin, (loads.get(origin) ?? 0) + ratePerSecond);
  return loads;
}

function rememberDemands(
  pairs: readonly PairEstimate[],
  known: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> {
  const keyed = pairs.map((pair) => ({ ...pair, key: pairKey(pair.loadBalancer, pair.edge) }));
  const lasting = keyed.filter(({ isStale, key }) => !isStale || known.has(key));
  return Object.fromEntries(lasting.map(({ key, demand }) => [key, demand]));
}

function rememberRtts(pairs: readonly PairEstimate[]): Readonly<Record<string, number>> {
  const rttsMs: Record<string, number> = {};
  for (const { loadBalancer, edge, arcs } of pairs) {
    for (const arc of arcs)
      if (arc.rttSource === 'measured') rttsMs[arcKey(loadBalancer, edge, arc.origin)] = arc.rttMs;
  }
  return rttsMs;
}
