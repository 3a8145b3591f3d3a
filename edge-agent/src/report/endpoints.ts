import type { Hop, Route } from '../configuration/routes.js';
import type { ActualDestination, ActualService } from '../data-plane/data-plane.js';
import { formatSocket, serviceKey } from '../data-plane/service.js';
import type { ProbeTarget } from '../probe/probe-target.js';
import { latencyOf } from '../probe/latency-window.js';
import { lossRatioOf } from '../probe/loss-window.js';
import type { AgentView } from './view.js';

/** One endpoint on one listener, over all addresses of its load balancer. */
export interface EndpointState extends EndpointLabels {
  /** `null` until the probes know. */
  readonly up: boolean | null;
  readonly latencyMs: number | null;
  /** `null` until a probe ran. */
  readonly lossRatio: number | null;
  /** What the data plane has now; the same on every address unless a change is half done. */
  readonly weight: number;
  readonly activeConnections: number;
}

interface EndpointLabels {
  readonly loadBalancer: string;
  readonly listener: string;
  readonly origin: string;
  readonly endpoint: string;
}

/** The routes' endpoints in their published order, joined with what the data plane and the probes say. */
export function endpointStates({ routes, actual, verdict }: AgentView): readonly EndpointState[] {
  return knownToDataPlane(routes, actual).map(({ target, weight, activeConnections, labels }) => {
    const { up, latencies, losses } = verdict(target);
    // Labels last: Node 20 takes forty times as long for an object that gets more after a spread.
    return {
      up,
      latencyMs: latencyOf(latencies),
      lossRatio: lossRatioOf(losses),
      weight,
      activeConnections,
      ...labels,
    };
  });
}

/** Latency of an origin as one load balancer sees it: the mean of its endpoints that are not down. */
export function originLatencyMs(endpoints: readonly Pick<EndpointState, 'up' | 'latencyMs'>[]): number | null {
  return meanOf(endpoints, ({ up, latencyMs }) => (up === false ? null : latencyMs));
}

/** The part of the latest probes to an origin that failed: the mean of all its endpoints. */
export function originLossRatio(endpoints: readonly Pick<EndpointState, 'lossRatio'>[]): number | null {
  return meanOf(endpoints, ({ lossRatio }) => lossRatio);
}

/** Of those that have a value. Each report asks for many hundred means of very few, so no list is made for any. */
function meanOf<Endpoint>(
  endpoints: readonly Endpoint[],
  valueOf: (endpoint: Endpoint) => number | null,
): number | null {
  let total = 0;
  let count = 0;
  for (const endpoint of endpoints) {
    const value = valueOf(endpoint);
    if (value === null) continue;
    total += value;
    count += 1;
  }
  return count === 0 ? null : total / count;
}

/** Up when it is on every listener, down when it is on any, unknown otherwise. */
export function isUpEverywhere(listeners: readonly Pick<EndpointState, 'up'>[]): boolean | null {
  let isUp: boolean | null = true;
  for (const { up } of listeners) {
    if (up === false) return false;
    isUp &&= up;
  }
  return isUp;
}

/** What the data plane says of an endpoint, and whom to ask for the rest. */
interface EndpointInTable {
  readonly labels: EndpointLabels;
  readonly target: ProbeTarget;
  weight: number;
  activeConnections: number;
}

/** A table that nothing happened to is the same list again. */
const knownTables = new WeakMap<
  readonly ActualService[],
  { readonly routes: readonly Route[]; readonly endpoints: readonly EndpointInTable[] }
>();

function knownToDataPlane(routes: readonly Route[], actual: readonly ActualService[]): readonly EndpointInTable[] {
  const known = knownTables.get(actual);
  if (known?.routes === routes) return known.endpoints;
  const endpoints = findInTable(routes, actual);
  knownTables.set(actual, { routes, endpoints });
  return endpoints;
}

function findInTable(routes: readonly Route[], actual: readonly ActualService[]): readonly EndpointInTable[] {
  const services = new Map(actual.map((service) => [serviceKey(service), service]));
  const endpoints = new Map<EndpointLabels, EndpointInTable>();
  for (const { service, places } of layoutOf(routes)) {
    const destinations = destinationsOf(services.get(service));
    for (const { labels, socket, target } of places) {
      const endpoint = endpoints.get(labels) ?? { labels, target, weight: 0, activeConnections: 0 };
      const destination = destinations.get(socket);
      endpoint.weight = Math.max(endpoint.weight, destination?.weight ?? 0);
      endpoint.activeConnections += destination?.activeConnections ?? 0;
      endpoints.set(labels, endpoint);
    }
  }
  return [...endpoints.values()];
}

/** Where to find the endpoints of one route in what was read. */
interface RouteLayout {
  readonly service: string;
  readonly places: readonly Place[];
}

interface Place {
  /** One object for each endpoint of a listener, however many addresses have it. */
  readonly labels: EndpointLabels;
  readonly socket: string;
  readonly target: ProbeTarget;
}

/** Routes stay the same from one configuration to the next, over hundreds of readings. */
const knownLayouts = new WeakMap<readonly Route[], readonly RouteLayout[]>();

function layoutOf(routes: readonly Route[]): readonly RouteLayout[] {
  const known = knownLayouts.get(routes) ?? layOut(routes);
  knownLayouts.set(routes, known);
  return known;
}

function layOut(routes: readonly Route[]): readonly RouteLayout[] {
  const known = new Map<string, EndpointLabels>();
  return routes.map((route) => ({
    service: serviceKey(route.service),
    places: route.hops.map((hop) => {
      const labels = labelsOf(route, hop);
      const key = JSON.stringify(labels);
      if (!known.has(key)) known.set(key, labels);
      return { labels: known.get(key) ?? labels, socket: formatSocket(hop.socket), target: hop.target };
    }),
  }));
}

function labelsOf({ loadBalancer, listener }: Route, { origin, endpoint }: Hop): EndpointLabels {
  return { loadBalancer: loadBalancer.name, listener, origin, endpoint };
}

function destinationsOf(service: ActualService | undefined): ReadonlyMap<string, ActualDestination> {
  return new Map(service?.destinations.map((destination) => [formatSocket(destination), destination]));
}
