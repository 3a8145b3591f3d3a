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
  readonly affinity: Affinity;
  readonly healthCheck: HealthCheck;
  readonly policy: Policy;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Listener {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  /** Last port of a range that begins at `port`; endpoints then serve on the port that the client came to. */
  readonly endPort?: number | undefined;
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

export type Forwarding = Masquerading | TransparentForwarding;

/** Rewrites the destination; answers must come back through the edge. */
interface Masquerading {
  readonly method: 'masquerade';
  /** Rewrites the client's address too, for origins that do not route back through the edge. */
  readonly sourceNat: boolean;
}

/**
 * Leaves addresses and ports as the client wrote them: endpoints have the load balancer's address themselves, and answer
 * straight to the client. `direct` needs them on the edge's own network, `tunnel` reaches them anywhere by IP in IP.
 */
interface TransparentForwarding {
  readonly method: 'direct' | 'tunnel';
  readonly sourceNat: false;
}

/** Whether a client keeps coming to the endpoint it had. */
export type Affinity = { readonly type: 'none' } | { readonly type: 'source-ip'; readonly timeoutSeconds: number };

export type Distribution = 'maglev-5-tuple' | 'maglev-source-ip' | 'weighted-round-robin' | 'weighted-least-connection';

export type HealthCheck = TcpHealthCheck | HttpHealthCheck | HttpsHealthCheck;

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

interface HealthCheckRequest {
  readonly path: string;
  /** `Host`, and the server name of TLS; the load balancer's name when left out. */
  readonly host?: string | undefined;
  /** One status or an inclusive range: `200`, `200-299`. */
  readonly expectedStatus: string;
  /** What counts as the origin's latency: the TCP connect alone, or the time to the response's headers. */
  readonly latencyFrom: 'connect' | 'response';
}

export interface HttpHealthCheck extends HealthCheckTiming, HealthCheckRequest {
  readonly protocol: 'HTTP';
}

export interface HttpsHealthCheck extends HealthCheckTiming, HealthCheckRequest {
  readonly protocol: 'HTTPS';
  /** Whether a certificate that does not fit the host, or that nobody known has signed, is a failure. */
  readonly verifyCertificate: boolean;
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
