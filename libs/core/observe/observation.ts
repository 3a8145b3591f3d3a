import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/**
 * What telemetry knew at one instant: raw figures, each with its age. Nothing is smoothed, filled in or dropped here; a
 * figure that is not known is left out. Told edge by edge, so that a large fleet's can be handed on in pieces.
 */
export interface Observation {
  /** Milliseconds since the Unix epoch, on the scheduler's clock. */
  readonly takenAtMs: number;
  /** Every edge ever heard of, ordered by name. */
  readonly edges: readonly EdgeObservation[];
  /** Ordered by origin. */
  readonly utilizations: readonly UtilizationSample[];
}

interface Aged {
  /** How old the figure was when the observation was taken. */
  readonly ageMs: number;
}

export interface EdgeObservation extends Aged {
  readonly edge: EdgeName;
  /** It said that it announces no address any more: its users reach others. Left out where it announces, or does not tell. */
  readonly hasWithdrawn?: true | undefined;
  /** Ordered by name. */
  readonly loadBalancers: readonly LoadBalancerObservation[];
}

/** One load balancer as one edge serves it. The age is that of the rate. */
export interface LoadBalancerObservation extends Aged {
  readonly loadBalancer: LoadBalancerName;
  /** New connections per second the edge received. */
  readonly ratePerSecond?: number | undefined;
  /** Ordered by name. */
  readonly origins: readonly OriginObservation[];
}

/** One origin as one load balancer uses it at one edge. The age is that of the rate and the connections. */
export interface OriginObservation extends Aged {
  readonly origin: OriginName;
  /** New connections per second the edge sent there. */
  readonly ratePerSecond?: number | undefined;
  /** Connections open now. */
  readonly activeConnections?: number | undefined;
  /** Round-trip time as that load balancer's probes see it. */
  readonly rttMs?: number | undefined;
  readonly endpoints: readonly EndpointObservation[];
}

/** Verdict of one edge's probes on one endpoint. */
export interface EndpointObservation extends Aged {
  readonly address: string;
  readonly up: boolean;
}

/** How busy an origin says it is: 1 is full. */
export interface UtilizationSample extends Aged {
  readonly origin: OriginName;
  readonly utilization: number;
}

export function emptyObservation(takenAtMs: number): Observation {
  return { takenAtMs, edges: [], utilizations: [] };
}

/** Key of a (load balancer, edge) pair. Names are DNS labels, so "/" cannot occur in them. */
export function pairKey(loadBalancer: LoadBalancerName, edge: EdgeName): string {
  return `${loadBalancer}/${edge}`;
}
