import type { CycleInput } from '../decide.js';
import { estimateObservation } from '../estimate/estimate-observation.js';
import type { Configuration } from '../model/configuration.js';
import { pairKey } from '../observe/observation.js';
import { hypotheticalConfiguration } from './hypothetical-configuration.js';
import { hypotheticalDemands } from './hypothetical-demand.js';
import { observedWith, rememberedWith, type SupposedPair } from './supposed-figures.js';
import { SupposedRtts } from './supposed-rtts.js';
import type { WhatIfChanges } from './what-if-changes.js';

/** A share may go anywhere in one cycle. */
const UNDAMPED_PERCENT = 100;

/**
 * What a cycle would decide from if the changes were made. `base` is the newest cycle's input; `changes` must be free of
 * `whatIfViolations`. Changes neither.
 *
 * The decision tells where shares would settle, not the next step there: automatic load balancers may move whole shares in
 * the one hypothetical cycle, and supposed demand and latency are taken for known rather than followed slowly. Everything
 * else — health, silence, a frozen or manual load balancer — is as it is.
 */
export function whatIfInput(base: CycleInput, changes: WhatIfChanges): CycleInput {
  const configuration = hypotheticalConfiguration(base.configuration, changes);
  const input = { ...base, configuration: undamped(configuration), isUrgent: false };
  // To find out what to suppose takes an estimate of everything, and reads a memory that may be packed.
  if (!supposesFigures(changes)) return input;
  const supposed = supposedPairs(base, configuration, changes);
  return {
    ...input,
    observation: observedWith(base.observation, supposed),
    previous: {
      plan: base.previous.plan,
      memory: rememberedWith(base.previous.memory, supposed),
    },
  };
}

/** Whether anything is to be taken for measured; all other changes are of what operators declare. */
function supposesFigures({ demand = [], rtts = [], edges = [], loadBalancers = [] }: WhatIfChanges): boolean {
  return (
    demand.length > 0 ||
    rtts.length > 0 ||
    edges.some(({ isLost }) => isLost === true) ||
    loadBalancers.some(({ addedOrigins = [] }) => addedOrigins.length > 0)
  );
}

/** Where the hypothetical cycle reckons with other figures than the newest one did. */
function supposedPairs(
  base: CycleInput,
  configuration: Configuration,
  changes: WhatIfChanges,
): readonly SupposedPair[] {
  const estimate = estimateObservation(
    base.configuration,
    base.observation,
    base.previous.memory,
    base.settings,
    base.isUrgent,
  );
  const changed = hypotheticalDemands(estimate.pairs, configuration, changes);
  const demands = new Map(changed.map((pair) => [pairKey(pair.loadBalancer, pair.edge), pair.demand]));
  const rtts = new SupposedRtts(estimate, changes);
  return configuration.loadBalancers.flatMap((balancer) =>
    configuration.edges.flatMap(({ name: edge }): readonly SupposedPair[] => {
      const demand = demands.get(pairKey(balancer.name, edge));
      const rttsMs = rtts.of(balancer, edge);
      return demand === undefined && rttsMs.size === 0 ? [] : [{ loadBalancer: balancer.name, edge, demand, rttsMs }];
    }),
  );
}

function undamped(configuration: Configuration): Configuration {
  return {
    ...configuration,
    loadBalancers: configuration.loadBalancers.map((balancer) =>
      balancer.policy.mode === 'manual'
        ? balancer
        : {
            ...balancer,
            policy: {
              ...balancer.policy,
              maxShiftPercent: UNDAMPED_PERCENT,
              overloadMaxShiftPercent: UNDAMPED_PERCENT,
            },
          },
    ),
  };
}
