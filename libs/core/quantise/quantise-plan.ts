import type { Configuration } from '../model/configuration.js';
import type { Distribution, OriginReference } from '../model/load-balancer.js';
import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import { pairKey } from '../observe/observation.js';
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
  return configuration.loadBalancers.flatMap((balancer) => {
    const endpoints = balancer.origins.flatMap((reference) => {
      const origin = origins.get(reference.origin);
      return origin === undefined ? [] : servingEndpoints(reference, origin);
    });
    return configuration.edges.flatMap((edge) => {
      const pair = pairs.get(pairKey(balancer.name, edge.name));
      return pair === undefined ? [] : [quantisePair(pair, endpoints, balancer.distribution)];
    });
  });
}

function quantisePair(
  { loadBalancer, edge, shares }: PairPlan,
  endpoints: readonly ServingEndpoint[],
  distribution: Distribution,
): PairWeights {
  const shareOf = new Map(shares.map(({ origin, share }) => [origin, share]));
  const parts = endpoints.map(({ atRest, part }) => part * (shareOf.get(atRest.origin) ?? 0));
  const weights = integerWeights(parts, distribution);
  return {
    loadBalancer,
    edge,
    endpoints: endpoints.map(({ atRest }, index) => {
      const weight = weights[index] ?? 0;
      if (weight === 0) return atRest;
      const { origin, address, port } = atRest;
      return port === undefined ? { origin, address, weight } : { origin, address, port, weight };
    }),
  };
}

/** One endpoint of one load balancer, the same at every edge. */
interface ServingEndpoint {
  /** What the kernel gets where no traffic is meant for it. On standby unless operators took it out of use. */
  readonly atRest: EndpointWeight;
  /** Its part of what its origin gets. */
  readonly part: number;
}

function servingEndpoints(reference: OriginReference, origin: Origin): readonly ServingEndpoint[] {
  const whole = origin.endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);
  const isInUse = origin.state === 'active' && whole > 0;
  const isDialledOut = reference.dialPercent === 0 || reference.maxRate === 0;
  return origin.endpoints.map(({ address, weight }) => ({
    atRest: {
      origin: origin.name,
      address,
      ...(reference.port !== undefined && { port: reference.port }),
      weight: 0,
      ...(isInUse && !isDialledOut && weight > 0 && { standbyWeight: weight }),
    },
    part: isInUse ? weight / whole : 0,
  }));
}
