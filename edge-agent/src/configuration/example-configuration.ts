import type { EdgeConfiguration, PublishedLoadBalancer } from '#contracts/edge-configuration.js';

/** A load balancer as the control plane publishes it, for specs: two origins with one endpoint each, weights 9 and 1. */
export function exampleLoadBalancer(changes: Partial<PublishedLoadBalancer> = {}): PublishedLoadBalancer {
  return {
    name: 'shop',
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    distribution: 'maglev-5-tuple',
    forwarding: { method: 'masquerade', sourceNat: false },
    endpoints: [
      { origin: 'us-west', address: '192.0.2.11', port: 8443, weight: 9 },
      { origin: 'eu-central', address: '192.0.2.12', port: 8443, weight: 1 },
    ],
    healthCheck: { protocol: 'TCP', intervalMs: 2000, timeoutMs: 1000, unhealthyThreshold: 3, healthyThreshold: 2 },
    ...changes,
  };
}

export function exampleConfiguration(changes: Partial<EdgeConfiguration> = {}): EdgeConfiguration {
  return {
    version: 1,
    edge: 'ams-1',
    term: 1,
    generation: 1,
    state: 'active',
    loadBalancers: [exampleLoadBalancer()],
    ...changes,
  };
}
