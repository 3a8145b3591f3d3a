import type { LoadBalancerName, OriginName } from './name.js';

/** What users reach: anycast addresses and listeners, the origins behind them, and how traffic may be spread. */
export interface LoadBalancer {
  readonly name: LoadBalancerName;
  /** IPv4 or IPv6 addresses every edge answers on. */
  readonly addresses: readonly string[];
  readonly listeners: readonly Listener[];
  readonly origins: readonly OriginReference[];
  readonly forwarding: Forwarding;
  readonly distribution: Distribution;
  readonly healthCheck: HealthCheck;
  readonly policy: Policy;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Listener {
  readonly protocol: 'TCP';
  readonly port: number;
}

/** One origin as one load balancer uses it. */
export interface OriginReference {
  readonly origin: OriginName;
  /** Port of the origin's endpoints; the listener's own port when left out. */
  readonly port?: number | undefined;
  /** At most this part of the load balancer's whole demand, 0 to 100. */
  readonly dialPercent: number;
  /** Lower tiers are filled first. */
  readonly tier: number;
  /** At most this many new connections per second of this load balancer. */
  readonly maxRate?: number | undefined;
}

export interface Forwarding {
  readonly method: 'masquerade';
  /** Rewrites the client's address, for origins that do not route back through the edge. */
  readonly sourceNat: boolean;
}

export type Distribution = 'maglev-5-tuple' | 'maglev-source-ip' | 'weighted-round-robin' | 'weighted-least-connection';

export type HealthCheck = TcpHealthCheck | HttpHealthCheck;

interface HealthCheckTiming {
  /** Port to probe; the port that serves traffic when left out. */
  readonly port?: number | undefined;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row after which an endpoint is down. */
  readonly unhealthyThreshold: number;
  /** Successes in a row after which it is up again. */
  readonly healthyThreshold: number;
}

export interface TcpHealthCheck extends HealthCheckTiming {
  readonly protocol: 'TCP';
}

export interface HttpHealthCheck extends HealthCheckTiming {
  readonly protocol: 'HTTP';
  readonly path: string;
  /** One status or an inclusive range: `200`, `200-299`. */
  readonly expectedStatus: string;
  /** What counts as the origin's latency: the TCP connect alone, or the time to the response's headers. */
  readonly latencyFrom: 'connect' | 'response';
}

export interface Policy {
  /** `manual`: `manualShares` apply at every edge, at once, whatever demand and latency say. */
  readonly mode: 'automatic' | 'manual';
  /** Percent of each edge's demand by origin, summing to 100; an origin left out gets none. Set in `manual` mode. */
  readonly manualShares?: Readonly<Record<OriginName, number>> | undefined;
  /** Shares stay as they are; only what may no longer serve is left. */
  readonly frozen: boolean;
  /** Latency beyond which an origin should not serve a user. */
  readonly maxLatencyMs?: number | undefined;
  /** `soft`: rather too far than overloaded. `strict`: nothing new goes beyond the limit while any origin is within it. */
  readonly latencyMode: 'soft' | 'strict';
  /** Largest move of one share in one cycle, in percentage points. */
  readonly maxShiftPercent: number;
  /** Largest move of one share in one cycle away from an origin above its capacity, in percentage points. */
  readonly overloadMaxShiftPercent: number;
  /** Utilisation up to which an origin is filled for free, in percent of its capacity. */
  readonly targetUtilizationPercent: number;
}
