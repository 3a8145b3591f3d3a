import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/** What the scheduler believes after weighing an observation against what it knew before. */
export interface Estimate {
  readonly takenAtMs: number;
  /** One for each load balancer on each edge, ordered by load balancer, then edge. */
  readonly pairs: readonly PairEstimate[];
  /** Ordered by name. */
  readonly origins: readonly OriginEstimate[];
  /** How long connections last, where it was ever measured. Ordered by load balancer, then origin. */
  readonly connectionTimes: readonly ConnectionTime[];
  /** Edges that went quiet; when they are more than half of those that ever spoke, the fault is more likely ours. */
  readonly silentEdges: readonly EdgeName[];
  readonly isMassSilence: boolean;
  /** Figures that make no sense, and were left out. */
  readonly unusableFigures: number;
  /** Origins whose capacity is to be learnt, and of which nothing was learnt yet. */
  readonly unlearntOrigins: readonly OriginName[];
  readonly memory: EstimateMemory;
}

export interface PairEstimate {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  /** New connections per second; the last known when stale, 0 when never known. */
  readonly demand: number;
  /** How well that is known: a difference below it means nothing. */
  readonly demandNoise: number;
  readonly isStale: boolean;
  /** One for each origin the load balancer names, ordered by origin. */
  readonly arcs: readonly ArcEstimate[];
}

export interface ArcEstimate {
  readonly origin: OriginName;
  readonly rttMs: number;
  /** How well a measured one is known: a smaller difference means nothing. 0 for one that is not measured. */
  readonly rttUncertaintyMs: number;
  readonly rttSource: 'measured' | 'distance' | 'assumed';
  readonly eligibility: Eligibility;
}

/** `unhealthy` is what probes say; the others are what operators said. */
export type Eligibility = 'eligible' | 'unhealthy' | 'draining' | 'disabled' | 'dialled-out';

export interface OriginEstimate {
  readonly origin: OriginName;
  /** What it takes with every endpoint healthy, in new connections per second: declared or learnt; `null` when unlimited. */
  readonly wholeRate: number | null;
  /** What it can take now: the whole rate times the healthy fraction. */
  readonly rate: number | null;
  /** Connections it can hold open now: the declared number times the healthy fraction; `null` when unlimited. */
  readonly connections: number | null;
  /** Part of the endpoints' weight that most edges see up. */
  readonly healthyFraction: number;
  /** New connections per second that edges sent there; `null` when none that is fresh is known. */
  readonly measuredLoad: number | null;
}

/** Mean time a connection of one load balancer stays open at one origin. */
export interface ConnectionTime {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: OriginName;
  readonly seconds: number;
  /** Connections open at the last measurement, how many edges told it, and when. */
  readonly activeConnections: number;
  readonly edges: number;
  readonly measuredAtMs: number;
}

/** What estimation carries from cycle to cycle. Plain data. */
export interface EstimateMemory {
  /** When each edge last spoke, in ms since the Unix epoch. Ordered by edge. */
  readonly edges: readonly EdgeMemory[];
  /** Pairs of which anything was ever measured. Ordered by load balancer, then edge. */
  readonly pairs: readonly PairMemory[];
  readonly connectionTimes: readonly ConnectionTime[];
  /** Origins whose capacity was learnt. Ordered by name. */
  readonly learntRates: readonly LearntRate[];
}

export interface EdgeMemory {
  readonly edge: EdgeName;
  readonly lastHeardMs: number;
  /** By the last it said, its users reach other edges. */
  readonly hasWithdrawn?: true | undefined;
}

export interface PairMemory {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  readonly demand: SmoothedDemand | null;
  readonly rtts: SmoothedRtts;
  /** Origins with a dead endpoint. Ordered by origin. */
  readonly down: readonly DownEndpoints[];
}

/** Connections per second. */
export interface SmoothedDemand {
  readonly level: number;
  /** By how much measurements differ from the level: the smoothed mean of the differences, and of their sizes. */
  readonly bias: number;
  readonly error: number;
  /** How many measurements that comes from, as far as it matters. */
  readonly samples: number;
}

/**
 * RTTs of the origins where one was ever measured, ordered by origin; one column for each figure of `SmoothedRtt`: a fleet has
 * a million, and as objects they took longer to keep than to follow.
 */
export interface SmoothedRtts {
  readonly origins: readonly OriginName[];
  readonly level: readonly number[];
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
  readonly settled: readonly number[];
  /** Missing in what an earlier version left. */
  readonly noise?: readonly number[];
  readonly samples?: readonly number[];
}

/** In ms. */
export interface SmoothedRtt {
  readonly level: number;
  /** The last two measurements. */
  readonly last: number;
  readonly beforeLast: number;
  /** What decisions reckon with: hardly moves until the level has clearly left it, so that noise moves no share. */
  readonly settled: number;
  /** How far measurements go and come back, on the mean. */
  readonly noise: number;
  /** How many levels `settled` is the mean of, as far as it matters. */
  readonly samples: number;
}

export interface DownEndpoints {
  readonly origin: OriginName;
  /** Last seen down. */
  readonly addresses: readonly string[];
}

export interface LearntRate {
  readonly origin: OriginName;
  /** Connections per second with every endpoint healthy. */
  readonly wholeRate: number;
}

export const EMPTY_MEMORY: EstimateMemory = { edges: [], pairs: [], connectionTimes: [], learntRates: [] };
