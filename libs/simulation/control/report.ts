import type { World } from '../world/world.js';

/** What one edge's agent tells of itself: counters since the beginning, and what it sees now. */
export interface Report {
  readonly edge: number;
  /** On the agent's clock. */
  readonly countedAtSeconds: number;
  /** Connections received so far, by load balancer. */
  readonly received: readonly number[];
  readonly loadBalancers: readonly BalancerReport[];
  /** Verdict on each endpoint of the world. */
  readonly isUp: readonly boolean[];
}

interface BalancerReport {
  /** By origin. */
  readonly sent: readonly number[];
  readonly open: readonly number[];
}

/** Reads the report off the edge as it is now. */
export function writeReport(world: World, edge: number, countedAtSeconds: number): Report {
  const { loadBalancers, origins, endpoints } = world.topology;
  const pairs = loadBalancers.map((_, loadBalancer) => world.topology.pairOf(loadBalancer, edge));
  return {
    edge,
    countedAtSeconds,
    received: pairs.map((pair) => world.received.at(pair, 0)),
    loadBalancers: pairs.map((pair) => ({
      sent: origins.map((_, origin) => world.sent.at(pair, origin)),
      open: origins.map((_, origin) => world.openBetween(pair, origin)),
    })),
    isUp: endpoints.map((_, endpoint) => world.probes.isUp(edge, endpoint)),
  };
}
