import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/** What differs between two plans. Plain data; `null` where there is nothing on one side. Rates in connections per second. */
export interface PlanComparison {
  readonly headline: string;
  /** Pairs that changed first; among those alike ordered by load balancer, then edge. */
  readonly pairs: readonly PairComparison[];
  /** Ordered by name. */
  readonly origins: readonly OriginComparison[];
  /** Over all connections, in ms; `null` when there are none. */
  readonly meanRttMs: BeforeAfter;
  /** Connections per second above the capacities of all origins together. */
  readonly overload: { readonly before: number; readonly after: number };
  /** Cycles until every pair is there; `null` when some pair may not move at all. */
  readonly cyclesAtDampedPace: number | null;
}

export interface BeforeAfter {
  readonly before: number | null;
  readonly after: number | null;
}

export interface PairComparison {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  readonly isChanged: boolean;
  readonly demand: BeforeAfter;
  /** What a connection waits on average with the shares, in ms. */
  readonly meanRttMs: BeforeAfter;
  /** Ordered by origin. */
  readonly shares: readonly (BeforeAfter & { readonly origin: OriginName })[];
  /** Cycles until the shares are there; 0 when none changes, `null` when they may not move at all. */
  readonly cyclesAtDampedPace: number | null;
}

export interface OriginComparison {
  readonly origin: OriginName;
  readonly expectedLoad: BeforeAfter;
  /** `null` also where unlimited. */
  readonly capacity: BeforeAfter;
  /** Connections per second above the capacity. */
  readonly overload: { readonly before: number; readonly after: number };
}
