import {
  type ArcEstimate,
  EMPTY_MEMORY,
  type Estimate,
  type OriginEstimate,
  type PairEstimate,
} from '#core/estimate/estimate.js';
import { byName, edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type {
  EdgeObservation,
  LoadBalancerObservation,
  Observation,
  OriginObservation,
} from '#core/observe/observation.js';

/** One (load balancer, edge, origin) as an edge sees it. */
export interface SeenArc {
  readonly rttMs?: number;
  readonly isUp?: boolean;
  /** The endpoint that `isUp` is said of. */
  readonly endpoint?: string;
  /** More verdicts, by address. */
  readonly verdicts?: Readonly<Record<string, boolean>>;
  /** New connections per second sent there. */
  readonly load?: number;
  readonly activeConnections?: number;
}

/** What one edge sees of one load balancer: its demand, and each origin. */
export interface SeenPair {
  readonly loadBalancer?: string;
  readonly edge: string;
  readonly demand?: number;
  readonly ageMs?: number;
  readonly origins?: Readonly<Record<string, SeenArc>>;
}

/**
 * An observation told pair by pair; figures left out are absent from it. The load balancer is `shop` unless named.
 * `utilizations` by origin.
 */
export function anObservation(
  takenAtMs: number,
  seen: readonly SeenPair[],
  utilizations: Readonly<Record<string, number>> = {},
): Observation {
  const edges = [...new Set(seen.map(({ edge }) => edge))].sort(byName);
  return {
    takenAtMs,
    edges: edges.map((edge) =>
      anEdgeObservation(
        edge,
        seen.filter((pair) => pair.edge === edge),
      ),
    ),
    utilizations: Object.entries(utilizations)
      .sort(([left], [right]) => byName(left, right))
      .map(([origin, utilization]) => ({ origin: originName(origin), utilization, ageMs: 0 })),
  };
}

function anEdgeObservation(edge: string, seen: readonly SeenPair[]): EdgeObservation {
  return {
    edge: edgeName(edge),
    ageMs: Math.min(...seen.map(({ ageMs = 0 }) => ageMs)),
    loadBalancers: seen
      .map(aLoadBalancerObservation)
      .sort((one, other) => byName(one.loadBalancer, other.loadBalancer)),
  };
}

function aLoadBalancerObservation({
  loadBalancer = 'shop',
  ageMs = 0,
  demand,
  origins = {},
}: SeenPair): LoadBalancerObservation {
  return {
    loadBalancer: loadBalancerName(loadBalancer),
    ageMs,
    ...(demand !== undefined && { ratePerSecond: demand }),
    origins: Object.entries(origins)
      .sort(([left], [right]) => byName(left, right))
      .map(([origin, arc]) => anOriginObservation(origin, ageMs, arc)),
  };
}

function anOriginObservation(
  origin: string,
  ageMs: number,
  { rttMs, isUp, endpoint = '192.0.2.1', verdicts = {}, load, activeConnections }: SeenArc,
): OriginObservation {
  const judged = Object.entries({ ...(isUp !== undefined && { [endpoint]: isUp }), ...verdicts });
  return {
    origin: originName(origin),
    ageMs,
    ...(load !== undefined && { ratePerSecond: load }),
    ...(activeConnections !== undefined && { activeConnections }),
    ...(rttMs !== undefined && { rttMs }),
    endpoints: judged.map(([address, up]) => ({ address, up, ageMs })),
  };
}

/** What is believed of `shop` at `ams-1`: a demand of 100, known exactly; origins 10 ms away, measured, that may serve. */
export function aPairEstimate(
  arcs: Readonly<Record<string, Partial<Omit<ArcEstimate, 'origin'>>>>,
  overrides: Partial<Omit<PairEstimate, 'arcs'>> = {},
): PairEstimate {
  return {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName('ams-1'),
    demand: 100,
    demandNoise: 0,
    isStale: false,
    arcs: Object.entries(arcs)
      .sort(([left], [right]) => byName(left, right))
      .map(([origin, arc]) => ({
        origin: originName(origin),
        rttMs: 10,
        rttUncertaintyMs: 0,
        rttSource: 'measured',
        eligibility: 'eligible',
        ...arc,
      })),
    ...overrides,
  };
}

/** A healthy origin without limits, of which no load was measured. */
export function anOriginEstimate(
  name: string,
  overrides: Partial<Omit<OriginEstimate, 'origin'>> = {},
): OriginEstimate {
  return {
    origin: originName(name),
    wholeRate: null,
    rate: null,
    connections: null,
    healthyFraction: 1,
    measuredLoad: null,
    ...overrides,
  };
}

export function anEstimate(
  pairs: readonly PairEstimate[],
  origins: readonly OriginEstimate[] = [],
  overrides: Partial<Omit<Estimate, 'pairs' | 'origins'>> = {},
): Estimate {
  return {
    takenAtMs: 0,
    pairs,
    origins,
    connectionTimes: [],
    silentEdges: [],
    isMassSilence: false,
    unusableFigures: 0,
    unlearntOrigins: [],
    memory: EMPTY_MEMORY,
    ...overrides,
  };
}
