import type { OriginReference, Policy } from '../model/load-balancer.js';
import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';
import type { ServingState } from '../model/origin.js';

/** What is to be supposed. Plain data; what is left out stays as it is, and zero is a value. */
export interface WhatIfChanges {
  readonly origins?: readonly OriginChange[] | undefined;
  readonly loadBalancers?: readonly LoadBalancerChange[] | undefined;
  readonly edges?: readonly EdgeChange[] | undefined;
  /** Applied in their order, and before the demand of a lost edge moves. */
  readonly demand?: readonly DemandChange[] | undefined;
  readonly rtts?: readonly RttChange[] | undefined;
}

export interface OriginChange {
  readonly origin: OriginName;
  /** Connections per second with every endpoint healthy; `null` for no limit. Replaces a learnt capacity too. */
  readonly capacityRate?: number | null | undefined;
  readonly state?: ServingState | undefined;
  /** Takes the origin out of every load balancer. */
  readonly isRemoved?: boolean | undefined;
}

export interface LoadBalancerChange {
  readonly loadBalancer: LoadBalancerName;
  readonly policy?: Partial<Policy> | undefined;
  /** Changes how the load balancer uses origins that it names. */
  readonly references?: readonly ReferenceChange[] | undefined;
  readonly addedOrigins?: readonly OriginReference[] | undefined;
  readonly removedOrigins?: readonly OriginName[] | undefined;
}

export interface ReferenceChange {
  readonly origin: OriginName;
  readonly dialPercent?: number | undefined;
  /** Connections per second; `null` for no limit. */
  readonly maxRate?: number | null | undefined;
  readonly tier?: number | undefined;
}

export interface EdgeChange {
  readonly edge: EdgeName;
  readonly state?: ServingState | undefined;
  /** The edge is gone, and its users reach others. */
  readonly isLost?: boolean | undefined;
  /** Who gets the demand of a lost edge, in proportion to what they have; every other active edge when left out. */
  readonly demandGoesTo?: readonly EdgeName[] | undefined;
}

/** Concerns every load balancer or every edge where none is named. */
export interface DemandChange {
  readonly loadBalancer?: LoadBalancerName | undefined;
  readonly edge?: EdgeName | undefined;
  readonly change: FactorChange | RateChange;
}

/** Each demand concerned is multiplied. */
export interface FactorChange {
  readonly type: 'factor';
  readonly factor: number;
}

/** The demands concerned sum to this many connections per second, in proportion to now; evenly where there is none now. */
export interface RateChange {
  readonly type: 'rate';
  readonly ratePerSecond: number;
}

/** Holds for every load balancer. */
export interface RttChange {
  readonly edge: EdgeName;
  readonly origin: OriginName;
  readonly rttMs: number;
}
