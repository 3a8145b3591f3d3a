import { rttFromDistance } from '#core/estimate/location-rtt.js';
import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { LoadBalancerName, OriginName } from '#core/model/name.js';
import type { Origin } from '#core/model/origin.js';
import type { LoadBalancerObservation, Observation, OriginObservation } from '#core/observe/observation.js';

/** One pair as simple policies look at it. */
export interface PairView {
  readonly balancer: LoadBalancer;
  readonly edge: Edge;
  /** New connections per second; `null` when nothing is known. */
  readonly demand: number | null;
  /** Nearest first; those no endpoint of which is up from here come not at all. */
  readonly healthyOrigins: readonly Origin[];
}

/** Every pair in the order of load balancers and edges, judged by the last figures, however old they are. */
export function pairViews(configuration: Configuration, observation: Observation): readonly PairView[] {
  const seen = new Map(observation.edges.map(({ edge, loadBalancers }) => [edge, loadBalancers]));
  return configuration.loadBalancers.flatMap((balancer) =>
    configuration.edges.map((edge) => {
      const observed = balancerSeen(seen.get(edge.name) ?? [], balancer.name);
      return {
        balancer,
        edge,
        demand: observed?.ratePerSecond ?? null,
        healthyOrigins: originsByDistance(configuration, balancer, edge, observed),
      };
    }),
  );
}

/** An origin's endpoints that most edges see up, as a part of all. */
export function healthyFraction({ name, endpoints }: Origin, observation: Observation): number {
  const verdicts = originSeen(name, observation).flatMap((seen) => seen.endpoints);
  const healthy = endpoints.filter(({ address }) => {
    const own = verdicts.filter((verdict) => verdict.address === address);
    return own.filter(({ up }) => up).length * 2 >= own.length;
  });
  return healthy.length / endpoints.length;
}

/** New connections per second at an origin, and those open, from all edges and load balancers. */
export function trafficAt(
  name: OriginName,
  observation: Observation,
): { readonly load: number; readonly open: number } {
  const seen = originSeen(name, observation);
  return {
    load: seen.reduce((sum, { ratePerSecond = 0 }) => sum + ratePerSecond, 0),
    open: seen.reduce((sum, { activeConnections = 0 }) => sum + activeConnections, 0),
  };
}

function originSeen(name: OriginName, { edges }: Observation): readonly OriginObservation[] {
  return edges.flatMap(({ loadBalancers }) =>
    loadBalancers.flatMap(({ origins }) => origins.filter(({ origin }) => origin === name)),
  );
}

function balancerSeen(
  loadBalancers: readonly LoadBalancerObservation[],
  name: LoadBalancerName,
): LoadBalancerObservation | undefined {
  return loadBalancers.find(({ loadBalancer }) => loadBalancer === name);
}

function originsByDistance(
  configuration: Configuration,
  balancer: LoadBalancer,
  edge: Edge,
  observed: LoadBalancerObservation | undefined,
): readonly Origin[] {
  const used = new Set<OriginName>(balancer.origins.map(({ origin }) => origin));
  const seen = new Map((observed?.origins ?? []).map((each) => [each.origin, each]));
  return configuration.origins
    .filter(({ name }) => used.has(name))
    .filter(({ name }) => seen.get(name)?.endpoints.some(({ up }) => up) ?? true)
    .map((origin) => ({ origin, rttMs: seen.get(origin.name)?.rttMs ?? expectedRttMs(edge, origin) }))
    .sort((one, other) => one.rttMs - other.rttMs)
    .map(({ origin }) => origin);
}

function expectedRttMs({ location: from }: Edge, { location: to }: Origin): number {
  return from === undefined || to === undefined ? Infinity : rttFromDistance(from, to);
}
