import { describe, expect, it } from 'vitest';
import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { DataPlaneTraits } from '../data-plane/data-plane.js';
import { ALL_TRAITS } from '../data-plane/fake-data-plane.js';
import { desiredServices } from './desired-services.js';

const LITTLE: DataPlaneTraits = {
  protocols: ['TCP'],
  forwarding: ['masquerade'],
  acrossFamilies: ['masquerade'],
  hasPortRanges: false,
  hasAffinity: false,
  sourcePorts: { limit: 28_232, usedBy: 'every-service' },
};

function desired(changes: Partial<PublishedLoadBalancer>, traits: DataPlaneTraits) {
  const configuration = exampleConfiguration({ loadBalancers: [exampleLoadBalancer(changes)] });
  return desiredServices(routesOf(configuration), () => true, traits);
}

const direct = { forwarding: { method: 'direct', sourceNat: false } } as const;

describe('what a data plane cannot do', () => {
  it.each<[string, Partial<PublishedLoadBalancer>, string]>([
    ['UDP', { listeners: [{ protocol: 'UDP', port: 53 }] }, 'shop (UDP 203.0.113.10:53): this data plane has no UDP;'],
    ['a range of ports', { listeners: [{ protocol: 'TCP', port: 5000, endPort: 5999 }] }, 'has no port ranges;'],
    ['direct forwarding', direct, 'has no direct forwarding; run the agent with WEIR_EDGE_DATA_PLANE=ipvs'],
  ])('leaves out a service that needs %s, and says so', (_, changes, message) => {
    const { services, problems } = desired(changes, LITTLE);
    expect(services).toEqual([]);
    expect(problems.filter(({ code }) => code === 'unsupported-by-data-plane')).toMatchObject([
      { message: expect.stringContaining(message) as string },
    ]);
    expect(desired(changes, ALL_TRAITS).services).toHaveLength(1);
  });

  it('serves the other listeners of such a load balancer', () => {
    const listeners = [
      { protocol: 'UDP', port: 443 },
      { protocol: 'TCP', port: 443 },
    ] as const;
    const { services } = desired({ listeners: [...listeners] }, LITTLE);
    expect(services.map(({ protocol }) => protocol)).toEqual(['TCP']);
  });

  it('serves without affinity, and says so', () => {
    const { services, problems } = desired({ affinitySeconds: 300 }, LITTLE);
    expect(services[0]?.settings.affinitySeconds).toBeNull();
    expect(problems).toMatchObject([
      { code: 'unsupported-by-data-plane', message: expect.stringContaining('affinity') as string },
    ]);
    expect(desired({ affinitySeconds: 300 }, ALL_TRAITS).services[0]?.settings.affinitySeconds).toBe(300);
  });

  it('keeps clients and ports as they are where nothing rewrites them, and says so', () => {
    const { services, problems } = desired({ forwarding: { method: 'direct', sourceNat: true } }, ALL_TRAITS);
    expect(services).toMatchObject([{ sourceNat: false, destinations: [{ port: 443 }, { port: 443 }] }]);
    expect(problems.map(({ code }) => code)).toEqual(['port-not-translated']);
  });

  it('sends a range on to the ports that clients came to', () => {
    const listeners = [{ protocol: 'UDP', port: 5000, endPort: 5999 } as const];
    const endpoints = [{ origin: 'us-west', address: '192.0.2.11', weight: 1 }];
    const { services, problems } = desired({ listeners, endpoints }, ALL_TRAITS);
    expect(services).toMatchObject([{ port: 5000, endPort: 5999, destinations: [{ port: 0 }] }]);
    expect(problems).toEqual([]);
  });
});
