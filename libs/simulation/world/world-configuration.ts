import type { Configuration } from '#core/model/configuration.js';
import type { LoadBalancer, Policy } from '#core/model/load-balancer.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { HEALTHY_THRESHOLD, PROBE_INTERVAL_SECONDS, UNHEALTHY_THRESHOLD } from './probes.js';
import type { Topology } from './topology.js';
import type { BalancerDescription } from './world-description.js';

const DEFAULT_POLICY: Policy = {
  mode: 'automatic',
  frozen: false,
  latencyMode: 'soft',
  maxShiftPercent: 2,
  overloadMaxShiftPercent: 25,
  targetUtilizationPercent: 80,
};

/** What operators of this world declared. */
export function configurationOf({ edges, origins, endpoints, loadBalancers }: Topology): Configuration {
  return {
    loadBalancers: loadBalancers.map(loadBalancerOf),
    origins: origins.map(({ name, location, capacity }, index) => ({
      name: originName(name),
      region: name,
      location,
      endpoints: endpoints.filter(({ origin }) => origin === index).map(({ address }) => ({ address, weight: 1 })),
      capacity,
      state: 'active',
      labels: {},
    })),
    edges: edges.map(({ name, site, location }) => ({
      name: edgeName(name),
      site,
      region: site,
      location,
      state: 'active',
      labels: {},
    })),
  };
}

function loadBalancerOf({ name, origins, policy }: BalancerDescription): LoadBalancer {
  return {
    name: loadBalancerName(name),
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: origins.map((origin) => ({ origin: originName(origin), dialPercent: 100, tier: 0 })),
    forwarding: { method: 'masquerade', sourceNat: true },
    distribution: 'maglev-5-tuple',
    affinity: { type: 'none' },
    healthCheck: {
      protocol: 'TCP',
      intervalMs: 1000 * PROBE_INTERVAL_SECONDS,
      timeoutMs: 1000,
      unhealthyThreshold: UNHEALTHY_THRESHOLD,
      healthyThreshold: HEALTHY_THRESHOLD,
    },
    policy: { ...DEFAULT_POLICY, ...policy },
    labels: {},
  };
}
