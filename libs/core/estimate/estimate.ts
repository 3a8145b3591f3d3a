import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/** What the scheduler believes after weighing an observation against what it knew before. */
export interface Estimate {
  readonly takenAtMs: number;
  /** One for each load balancer on each edge, ordered by load balancer, then edge. */
  readonly pairs: readonly PairEstimate[];
  /** Ordered by name. */
  readonly origins: readonly OriginEstimate[];
  /** Edges that went quiet; when they are more than half of those that ever spoke, the fault is more likely ours. */
  readonly silentEdges: readonly EdgeName[];
  readonly isMassSilence: boolean;
  readonly memory: EstimateMemory;
}

export interface PairEstimate {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  /** New connections per second; the last known when stale, 0 when never known. */
  readonly demand: number;
  readonly isStale: boolean;
  /** One for each origin the load balancer names, ordered by origin. */
  readonly arcs: readonly ArcEstimate[];
}

export interface ArcEstimate {
  readonly origin: OriginName;
  readonly rttMs: number;
  readonly rttSource: 'measured' | 'distance' | 'assumed';
  readonly eligibility: Eligibility;
}

/** `unhealthy` is what probes say; the others are what operators said. */
export type Eligibility = 'eligible' | 'unhealthy' | 'draining' | 'disabled' | 'dialled-out';

export interface OriginEstimate {
  readonly origin: OriginName;
  /** What operators declared, in new connections per second; `null` when unlimited. */
  readonly declaredRate: number | null;
  /** What it can take now: the declared rate times the healthy fraction. */
  readonly capacity: number | null;
  /** Part of the endpoints' weight that most edges see up. */
  readonly healthyFraction: number;
  readonly measuredLoad: number;
}

/** What estimation carries from cycle to cycle. Plain data, ordered by key. */
export interface EstimateMemory {
  /** New connections per second, by (load balancer, edge). */
  readonly demands: Readonly<Record<string, number>>;
  /** Last measured RTT in ms, by (load balancer, edge, origin). */
  readonly rttsMs: Readonly<Record<string, number>>;
  /** When each edge last spoke, in ms since the Unix epoch. */
  readonly lastHeardMs: Readonly<Record<string, number>>;
}

export const EMPTY_MEMORY: EstimateMemory = { demands: {}, rttsMs: {}, lastHeardMs: {} };
