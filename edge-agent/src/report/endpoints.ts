import type { Hop, Route } from '../configuration/routes.js';
import type { ActualDestination, ActualService } from '../data-plane/data-plane.js';
import { formatSocket, serviceKey } from '../data-plane/service.js';
import { lossRatioOf } from '../probe/verdict.js';
import type { AgentView } from './view.js';

/** One endpoint on one listener, over all addresses of its load balancer. */
export interface EndpointState {
  readonly loadBalancer: string;
  readonly listener: string;
  readonly origin: string;
  readonly endpoint: string;
  /** `null` until the probes know. */
  readonly up: boolean | null;
  readonly latencyMs: number | null;
  /** `null` until a probe ran. */
  readonly lossRatio: number | null;
  /** What the data plane has now; the same on every address unless a change is half done. */
  readonly weight: number;
  readonly activeConnections: number;
}

/** The routes' endpoints in their published order, joined with what the data plane and the probes say. */
export function endpointStates({ routes, actual, verdict }: AgentView): readonly EndpointState[] {
  const services = new Map(actual.map((service) => [serviceKey(service), service]));
  const states = new Map<string, EndpointState>();
  for (const route of routes) {
    const service = services.get(serviceKey(route.service));
    for (const hop of route.hops) {
      const labels = labelsOf(route, hop);
      const { up, latencyMs, recent } = verdict(hop.target);
      const destination = destinationOf(service, hop);
      const key = JSON.stringify(labels);
      const known = states.get(key);
      states.set(key, {
        ...labels,
        up,
        latencyMs,
        lossRatio: lossRatioOf({ recent }),
        weight: Math.max(known?.weight ?? 0, destination?.weight ?? 0),
        activeConnections: (known?.activeConnections ?? 0) + (destination?.activeConnections ?? 0),
      });
    }
  }
  return [...states.values()];
}

/** Smoothed latency of an origin as one load balancer sees it: the mean of its endpoints that are not down. */
export function originLatencyMs(endpoints: readonly Pick<EndpointState, 'up' | 'latencyMs'>[]): number | null {
  return meanOf(endpoints.flatMap(({ up, latencyMs }) => (up === false || latencyMs === null ? [] : [latencyMs])));
}

/** The part of the latest probes to an origin that failed: the mean of all its endpoints. */
export function originLossRatio(endpoints: readonly Pick<EndpointState, 'lossRatio'>[]): number | null {
  return meanOf(endpoints.flatMap(({ lossRatio }) => lossRatio ?? []));
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;
}

/** Up when it is on every listener, down when it is on any, unknown otherwise. */
export function isUpEverywhere(verdicts: readonly (boolean | null)[]): boolean | null {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}

function labelsOf({ loadBalancer, listener }: Route, { origin, endpoint }: Hop) {
  return { loadBalancer: loadBalancer.name, listener, origin, endpoint };
}

function destinationOf(service: ActualService | undefined, { socket }: Hop): ActualDestination | undefined {
  return service?.destinations.find((destination) => formatSocket(destination) === formatSocket(socket));
}
