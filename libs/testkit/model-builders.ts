import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer, OriginReference, Policy } from '#core/model/load-balancer.js';
import { byName, edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Origin } from '#core/model/origin.js';
import type { PairPlan, Plan } from '#core/plan/plan.js';

/** Small valid resources for tests: name what matters, the rest is filled in. */
export function anOrigin(name: string, overrides: Partial<Omit<Origin, 'name'>> = {}): Origin {
  return {
    name: originName(name),
    region: 'test',
    endpoints: [{ address: '192.0.2.1', weight: 1 }],
    capacity: {},
    state: 'active',
    labels: {},
    ...overrides,
  };
}

export function anEdge(name: string, overrides: Partial<Omit<Edge, 'name'>> = {}): Edge {
  return { name: edgeName(name), site: 'site', region: 'test', state: 'active', labels: {}, ...overrides };
}

export function aReference(origin: string, overrides: Partial<Omit<OriginReference, 'origin'>> = {}): OriginReference {
  return { origin: originName(origin), dialPercent: 100, tier: 0, ...overrides };
}

export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    mode: 'automatic',
    frozen: false,
    latencyMode: 'soft',
    maxShiftPercent: 2,
    overloadMaxShiftPercent: 25,
    targetUtilizationPercent: 80,
    ...overrides,
  };
}

export function aLoadBalancer(
  name: string,
  origins: readonly (string | OriginReference)[],
  overrides: Partial<Omit<LoadBalancer, 'name' | 'origins'>> = {},
): LoadBalancer {
  return {
    name: loadBalancerName(name),
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 80 }],
    origins: origins.map((origin) => (typeof origin === 'string' ? aReference(origin) : origin)),
    forwarding: { method: 'masquerade', sourceNat: true },
    distribution: 'maglev-5-tuple',
    affinity: { type: 'none' },
    healthCheck: { protocol: 'TCP', intervalMs: 2000, timeoutMs: 1000, unhealthyThreshold: 3, healthyThreshold: 2 },
    policy: aPolicy(),
    labels: {},
    ...overrides,
  };
}

export function aConfiguration(parts: Partial<Configuration> = {}): Configuration {
  return { loadBalancers: [], origins: [], edges: [], ...parts };
}

/** The shares of `shop` at `ams-1`, all of them held and 10 ms away, unless said otherwise. */
export function aPairPlan(shares: Readonly<Record<string, number>>, overrides: Partial<PairPlan> = {}): PairPlan {
  return {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName('ams-1'),
    demand: 100,
    isProvisional: false,
    shares: Object.entries(shares)
      .sort(([left], [right]) => byName(left, right))
      .map(([origin, share]) => ({
        origin: originName(origin),
        share,
        previousShare: share,
        reason: 'held' as const,
        rttMs: 10,
      })),
    ...overrides,
  };
}

export function aPlan(pairs: readonly PairPlan[] = [], overrides: Partial<Omit<Plan, 'pairs'>> = {}): Plan {
  return { decidedAtMs: 0, pairs, origins: [], limits: [], notices: [], ...overrides };
}
