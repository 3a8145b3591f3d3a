import type { Configuration } from '../model/configuration.js';
import type { Distribution, OriginReference } from '../model/load-balancer.js';
import type { Edge } from '../model/edge.js';
import { ByOrigin } from '../model/by-origin.js';
import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import { ByPair } from '../observe/by-pair.js';
import type { PairPlan, Plan } from '../plan/plan.js';
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
  /** Its origin is draining: it finishes what it has, and is then taken out. */
  readonly draining?: true | undefined;
}

/**
 * Integer weights for every endpoint of every planned pair. Origins that operators took out of use get 0 whatever the
 * plan says, since a plan that had to be kept may be older than their word; disabled ones are left out as soon as the
 * plan has no share on them. A pair without a plan is left out.
 */
export function quantisePlan(configuration: Configuration, plan: Plan): readonly PairWeights[] {
  const pairs = new ByPair(plan.pairs);
  const origins = new Map(configuration.origins.map((origin) => [origin.name, origin]));
  const turns = new Map(configuration.edges.map(({ name, site }) => [name, turnOf(site)]));
  return configuration.loadBalancers.flatMap((balancer) => {
    const serving = balancer.origins.flatMap((reference) => {
      const origin = origins.get(reference.origin);
      return origin === undefined ? [] : [servingOrigin(reference, origin)];
    });
    return configuration.edges.flatMap((edge) => {
      const pair = pairs.get(balancer.name, edge.name);
      return pair === undefined ? [] : [quantisePair(pair, serving, balancer.distribution, turns.get(edge.name) ?? 0)];
    });
  });
}

function quantisePair(
  { loadBalancer, edge, shares }: PairPlan,
  serving: readonly ServingOrigin[],
  distribution: Distribution,
  turn: number,
): PairWeights {
  const decisions = new ByOrigin(shares);
  const shareOf = serving.map(({ name }) => decisions.get(name)?.share ?? 0);
  // Most pairs of many origins are served by few of them.
  const parts = serving.flatMap((origin, index) =>
    shareOf[index] === 0 ? [] : [partsOf(origin, shareOf[index] ?? 0)],
  );
  const weights = integerWeights(parts, distribution, turn);
  const endpoints: EndpointWeight[] = [];
  let next = 0;
  serving.forEach(({ isDisabled, atRest }, index) => {
    const hasShare = shareOf[index] !== 0;
    const ofOrigin = hasShare ? weights[next++] : undefined;
    if (isDisabled && !hasShare) return;
    for (const [at, endpoint] of atRest.entries()) endpoints.push(withWeight(endpoint, ofOrigin?.[at] ?? 0));
  });
  return { loadBalancer, edge, endpoints };
}

/** What each endpoint of an origin should serve. */
function partsOf({ parts }: ServingOrigin, share: number): readonly number[] {
  return parts.map((part) => part * share);
}

function withWeight(atRest: EndpointWeight, weight: number): EndpointWeight {
  if (weight === 0) return atRest;
  const { origin, address, port } = atRest;
  return port === undefined ? { origin, address, weight } : { origin, address, port, weight };
}

/** An origin as one load balancer uses it, the same at every edge. */
interface ServingOrigin {
  readonly name: OriginName;
  readonly isDisabled: boolean;
  /** What the kernel gets for each endpoint where no traffic is meant for it. On standby unless operators took it out of use. */
  readonly atRest: readonly EndpointWeight[];
  /** Each endpoint's part of what the origin gets. */
  readonly parts: readonly number[];
}

function servingOrigin(reference: OriginReference, { name, state, endpoints }: Origin): ServingOrigin {
  const whole = endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);
  const isInUse = state === 'active' && whole > 0;
  const isDialledOut = reference.dialPercent === 0 || reference.maxRate === 0;
  return {
    name,
    isDisabled: state === 'disabled',
    atRest: endpoints.map(({ address, weight }) => ({
      origin: name,
      address,
      ...(reference.port !== undefined && { port: reference.port }),
      weight: 0,
      ...(isInUse && !isDialledOut && weight > 0 && { standbyWeight: weight }),
      ...(state === 'draining' && { draining: true as const }),
    })),
    parts: endpoints.map(({ weight }) => (isInUse ? weight / whole : 0)),
  };
}

/**
 * Where an origin has more endpoints than small integers can tell apart, other sites begin with other endpoints. All edges of
 * one site begin with the same: a flow that comes to another of them must still find its endpoint. (FNV-1a)
 */
function turnOf(site: Edge['site']): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < site.length; at += 1) hash = Math.imul(hash ^ site.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
