import type { Configuration } from '#core/model/configuration.js';
import { HEAP } from '../heap.js';

/** Decisions on more take seconds, and the more so the less room there is. */
const ARCS_WITHIN_A_RESTRAINED_HEAP = 50_000;

/** Runs what decides on a configuration with as much memory as it needs. */
export async function withRoomToDecide<T>(configuration: Configuration, run: () => Promise<T>): Promise<T> {
  return mostArcs(configuration) > ARCS_WITHIN_A_RESTRAINED_HEAP ? HEAP.withRoom(run) : run();
}

function mostArcs({ edges, loadBalancers }: Configuration): number {
  return edges.length * loadBalancers.reduce((sum, { origins }) => sum + origins.length, 0);
}
