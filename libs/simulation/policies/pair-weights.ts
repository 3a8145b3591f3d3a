import type { Configuration } from '#core/model/configuration.js';
import { integerWeights } from '#core/quantise/integer-weights.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';
import type { PairShares } from './policy.js';

/** Shares as the kernel's integers, for policies that have no plan. What has no weight stands by, as with Weir. */
export function pairWeights(configuration: Configuration, pairs: readonly PairShares[]): readonly PairWeights[] {
  const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
  return pairs.map(({ loadBalancer, edge, shares }) => {
    const endpointsOf = shares.map(({ origin }) => origins.get(origin)?.endpoints ?? []);
    const parts = endpointsOf.map((endpoints, index) => endpointParts(shares[index]?.share ?? 0, endpoints));
    const weights = integerWeights(parts, 'maglev-5-tuple');
    return {
      loadBalancer,
      edge,
      endpoints: shares.flatMap(({ origin }, at) =>
        (endpointsOf[at] ?? []).map(({ address }, index) => {
          const weight = weights[at]?.[index] ?? 0;
          return { origin, address, weight, ...(weight === 0 && { standbyWeight: 1 }) };
        }),
      ),
    };
  });
}

function endpointParts(share: number, endpoints: readonly { readonly weight: number }[]): readonly number[] {
  const whole = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  return endpoints.map(({ weight }) => (share * weight) / whole);
}
