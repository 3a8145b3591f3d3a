import { pairWeights } from './pair-weights.js';
import type { PairShares, Policy, PolicyCycle, PolicyDecision } from './policy.js';
import { pairViews } from './site-view.js';

/** Every edge to its nearest healthy origin, whatever that can take. */
export class NearestPolicy implements Policy {
  readonly hasUrgentCycles = false;

  decide({ configuration, observation }: PolicyCycle): PolicyDecision {
    const pairs: readonly PairShares[] = pairViews(configuration, observation).map(
      ({ balancer, edge, healthyOrigins: [nearest] }) => ({
        loadBalancer: balancer.name,
        edge: edge.name,
        shares: balancer.origins.map(({ origin }) => ({ origin, share: origin === nearest?.name ? 1 : 0 })),
      }),
    );
    return { pairs, weights: pairWeights(configuration, pairs), plan: null };
  }
}
