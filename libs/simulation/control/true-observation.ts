import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { LoadBalancerObservation, Observation, OriginObservation } from '#core/observe/observation.js';
import { meanDurationSeconds } from '../world/open-connections.js';
import type { World } from '../world/world.js';

/** What telemetry would tell if it were perfect, of these demands. */
export function trueObservation(world: World, demands: Float64Array): Observation {
  const { edges, loadBalancers } = world.topology;
  return {
    takenAtMs: 0,
    edges: edges.map(({ name }, edge) => ({
      edge: edgeName(name),
      ageMs: 0,
      loadBalancers: loadBalancers.map((_, loadBalancer) => trueBalancer(world, loadBalancer, edge, demands)),
    })),
    utilizations: [],
  };
}

function trueBalancer(
  world: World,
  loadBalancer: number,
  edge: number,
  demands: Float64Array,
): LoadBalancerObservation {
  const { topology } = world;
  const ratePerSecond = demands[topology.pairOf(loadBalancer, edge)] ?? 0;
  const { name, origins: used, durations } = topology.loadBalancers[loadBalancer] ?? NO_BALANCER;
  return {
    loadBalancer: loadBalancerName(name),
    ageMs: 0,
    ratePerSecond,
    origins: topology.origins.flatMap((origin, index) =>
      used.includes(origin.name) ? [trueOrigin(world, edge, index, ratePerSecond, meanDurationSeconds(durations))] : [],
    ),
  };
}

/** The rate and the connections tell how long connections last, by Little's law. */
function trueOrigin(
  world: World,
  edge: number,
  origin: number,
  ratePerSecond: number,
  durationSeconds: number,
): OriginObservation {
  const { topology } = world;
  return {
    origin: originName(topology.origins[origin]?.name ?? ''),
    ageMs: 0,
    ratePerSecond,
    activeConnections: ratePerSecond * durationSeconds,
    rttMs: topology.rttsMs.at(edge, origin),
    endpoints: topology.endpointsOf(origin).map((endpoint) => ({
      address: topology.endpoints[endpoint]?.address ?? '',
      up: world.isEndpointAlive(endpoint),
      ageMs: 0,
    })),
  };
}

const NO_BALANCER = { name: '', origins: [] as readonly string[], durations: [] };
