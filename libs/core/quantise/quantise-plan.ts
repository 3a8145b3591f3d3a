import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference } from '../model/load-balancer.js';
import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import { type PairPlan, pairsByKey, type Plan } from '../plan/plan.js';
import { integerWeights } from './integer-weights.js';

/** What the kernel of one edge gets for one load balancer. */
export interface PairWeights {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  readonly endpoints: readonly EndpointWeight[];
}

export interface EndpointWeight {
  readonly origin: OriginName;
  readonly address: string;
  readonly port?: number | undefined;
  readonly weight: number;
  /** Set where the endpoint has no weight now but may serve: what it gets when nothing that has one is up at the edge. */
  readonly standbyWeight?: number | undefined;
}

/**
 * Integer weights for every endpoint of every planned pair. Origins that operators took out of use get 0 whatever the
 * plan says, since a plan that had to be kept may be older than their word. A pair without a plan is left out.
 */
export function quantisePlan(configuration: Configuration, plan: Plan): readonly PairWeights[] {
  const pairs = pairsByKey(plan);
  const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
  return configuration.loadBalancers.flatMap((balancer) =>
    configuration.edges.flatMap((edge) => {
      const pair = pairs.get(`${balancer.name}/${edge.name}`);
      return pair === undefined ? [] : [quantisePair(balancer, pair, origins)];
    }),
  );
}

function quantisePair(balancer: LoadBalancer, pair: PairPlan, origins: ReadonlyMap<string, Origin>): PairWeights {
  const shares = new Map(pair.shares.map(({ origin, share }) => [origin, share]));
  const parts = balancer.origins.flatMap((reference) => {
    const origin = origins.get(reference.origin);
    return origin === undefined ? [] : endpointParts(reference, origin, shares.get(origin.name) ?? 0);
  });
  const weights = integerWeights(
    parts.map((part) => part.fraction),
    balancer.distribution,
  );
  return {
    loadBalancer: pair.loadBalancer,
    edge: pair.edge,
    endpoints: parts.map((part, index) => weighted(part, weights[index] ?? 0)),
  };
}

function weighted({ endpoint, standbyWeight }: EndpointPart, weight: number): EndpointWeight {
  return { ...endpoint, weight, ...(weight === 0 && standbyWeight > 0 && { standbyWeight }) };
}

interface EndpointPart {
  readonly endpoint: Omit<EndpointWeight, 'weight' | 'standbyWeight'>;
  /** Its weight inside the origin; 0 when operators took either out of use. */
  readonly standbyWeight: number;
  /** Part of the pair's traffic meant for this endpoint. */
  readonly fraction: number;
}

function endpointParts(reference: OriginReference, origin: Origin, share: number): readonly EndpointPart[] {
  const whole = origin.endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);
  const isInUse = origin.state === 'active' && whole > 0;
  const isDialledOut = reference.dialPercent === 0 || reference.maxRate === 0;
  return origin.endpoints.map(({ address, weight }) => ({
    endpoint: { origin: origin.name, address, ...(reference.port === undefined ? {} : { port: reference.port }) },
    standbyWeight: isInUse && !isDialledOut ? weight : 0,
    fraction: isInUse ? (share * weight) / whole : 0,
  }));
}
