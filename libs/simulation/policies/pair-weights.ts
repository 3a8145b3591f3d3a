import type { Configuration } from '#core/model/configuration.js';
import type { OriginName } from '#core/model/name.js';
import { integerWeights } from '#core/quantise/integer-weights.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';
import type { PairShares } from './policy.js';

/** Shares as the kernel's integers, for policies that have no plan. What has no weight stands by, as with Weir. */
export function pairWeights(configuration: Configuration, pairs: readonly PairShares[]): readonly PairWeights[] {
  const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
  return pairs.map(({ loadBalancer, edge, shares }) => {
    const parts = shares.flatMap(({ origin, share }) =>
      endpointParts(origin, share, origins.get(origin)?.endpoints ?? []),
    );
    const weights = integerWeights(
      parts.map(({ part }) => part),
      'maglev-5-tuple',
    );
    return {
      loadBalancer,
      edge,
      endpoints: parts.map(({ origin, address }, index) => {
        const weight = weights[index] ?? 0;
        return { origin, address, weight, ...(weight === 0 && { standbyWeight: 1 }) };
      }),
    };
  });
}

function endpointParts(
  origin: OriginName,
  share: number,
  endpoints: readonly { readonly address: string; readonly weight: number }[],
): readonly { readonly origin: OriginName; readonly address: string; readonly part: number }[] {
  const whole = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  return endpoints.map(({ address, weight }) => ({ origin, address, part: (share * weight) / whole }));
}
