import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/** What telemetry knew at one instant: raw figures, each with its age. Nothing is smoothed, filled in or dropped here. */
export interface Observation {
  /** Milliseconds since the Unix epoch, on the scheduler's clock. */
  readonly takenAtMs: number;
  /** When each edge was last heard of; an edge never heard of is absent. */
  readonly edges: readonly EdgeSample[];
  readonly demands: readonly DemandSample[];
  readonly loads: readonly LoadSample[];
  readonly rtts: readonly RttSample[];
  readonly health: readonly HealthSample[];
}

interface Sample {
  readonly edge: EdgeName;
  /** How old the figure was when the observation was taken. */
  readonly ageMs: number;
}

export type EdgeSample = Sample;

/** New connections per second one edge received for one load balancer. */
export interface DemandSample extends Sample {
  readonly loadBalancer: LoadBalancerName;
  readonly ratePerSecond: number;
}

/** New connections per second one edge sent to one origin for one load balancer. */
export interface LoadSample extends Sample {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: OriginName;
  readonly ratePerSecond: number;
}

/** Round-trip time from an edge to an origin, as that load balancer's probes see it. */
export interface RttSample extends Sample {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: OriginName;
  readonly rttMs: number;
}

/** Verdict of one edge's probes on one endpoint. */
export interface HealthSample extends Sample {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: OriginName;
  /** The endpoint's address. */
  readonly endpoint: string;
  readonly up: boolean;
}

/** Key of a (load balancer, edge) pair. Names are DNS labels, so "/" cannot occur in them. */
export function pairKey(loadBalancer: LoadBalancerName, edge: EdgeName): string {
  return `${loadBalancer}/${edge}`;
}

/** The edge in a pair's key. */
export function edgeOfPair(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

/** Key of a (load balancer, edge, origin) arc. */
export function arcKey(loadBalancer: LoadBalancerName, edge: EdgeName, origin: OriginName): string {
  return `${loadBalancer}/${edge}/${origin}`;
}
