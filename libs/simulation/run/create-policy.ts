import type { Configuration } from '#core/model/configuration.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { trueObservation } from '../control/true-observation.js';
import { bestShares } from '../policies/best-shares.js';
import { GreedyPolicy } from '../policies/greedy-policy.js';
import { NearestPolicy } from '../policies/nearest-policy.js';
import type { Policy, PolicyName } from '../policies/policy.js';
import { StaticPolicy } from '../policies/static-policy.js';
import { WeirPolicy } from '../policies/weir-policy.js';
import type { Scenario } from '../scenarios/scenario.js';
import type { World } from '../world/world.js';

const DAMPED_SHIFT = 0.02;

/** How finely a scenario's demand is averaged, in seconds. */
const AVERAGING_STEP_SECONDS = 15;

/** A policy as it is before the scenario begins. The world must be untouched as well. */
export function createPolicy(
  name: PolicyName,
  scenario: Scenario,
  world: World,
  configuration: Configuration,
  solver: AssignmentSolver,
): Policy {
  switch (name) {
    case 'static': {
      const observation = trueObservation(world, averageDemands(scenario, world));
      return new StaticPolicy(bestShares(configuration, observation, solver));
    }
    case 'nearest':
      return new NearestPolicy();
    case 'greedy-damped':
      return new GreedyPolicy(DAMPED_SHIFT);
    case 'greedy-undamped':
      return new GreedyPolicy(1);
    case 'weir':
      return new WeirPolicy(solver);
  }
}

/** Expected demand of each pair over the whole scenario, with all edges in place. */
function averageDemands({ durationSeconds }: Scenario, world: World): Float64Array {
  const sums = new Float64Array(world.topology.pairs);
  let samples = 0;
  for (let time = 0; time < durationSeconds; time += AVERAGING_STEP_SECONDS) {
    world.demandOfPairs(time, 'expected').forEach((demand, pair) => {
      sums[pair] = (sums[pair] ?? 0) + demand;
    });
    samples += 1;
  }
  return sums.map((sum) => sum / samples);
}
