import { describe, expect, it } from 'vitest';
import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { hasPortsToSpare, scarcePorts, sourcePortUse } from './source-ports.js';

const NAT = { limit: 1_000, usedBy: 'source-nat' } as const;
const translated = { forwarding: { method: 'masquerade', sourceNat: true } } as const;
const routes = (...changes: readonly Partial<PublishedLoadBalancer>[]) =>
  routesOf(exampleConfiguration({ loadBalancers: changes.map((each) => exampleLoadBalancer(each)) }));

const service = (address: string, active: number, inactive: number, port = 8443): ActualService => ({
  protocol: 'TCP',
  address,
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  counters: { connections: 0 },
  destinations: [
    {
      address: '192.0.2.11',
      port,
      weight: 1,
      forwarding: 'masquerade',
      activeConnections: active,
      inactiveConnections: inactive,
      counters: { connections: 0 },
    },
  ],
});

describe('sourcePortUse', () => {
  it('adds up all that leads to one socket, lingering connections too', () => {
    const actual = [service('203.0.113.10', 300, 100), service('203.0.113.11', 350, 50)];
    const shared = routes(translated, { ...translated, name: 'blog', addresses: ['203.0.113.11'] });
    const uses = sourcePortUse({ routes: shared, actual, sourcePorts: NAT });
    expect(uses.map(({ loadBalancer, endpoint, connections }) => [loadBalancer, endpoint, connections])).toEqual([
      ['shop', '192.0.2.11', 800],
      ['shop', '192.0.2.12', 0],
      ['blog', '192.0.2.11', 800],
      ['blog', '192.0.2.12', 0],
    ]);
    expect(scarcePorts(uses)).toMatchObject([
      {
        code: 'source-ports-scarce',
        message: expect.stringMatching(
          /^800 of 1000 source ports .* towards TCP 192\.0\.2\.11:8443 of us-west/,
        ) as string,
      },
    ]);
  });

  it('warns from 80 % on', () => {
    const uses = (connections: number) =>
      sourcePortUse({
        routes: routes(translated),
        actual: [service('203.0.113.10', connections, 0)],
        sourcePorts: NAT,
      });
    expect(scarcePorts(uses(799))).toEqual([]);
    expect(scarcePorts(uses(800))).toHaveLength(1);
  });

  it('need not look closer while all connections together would not be scarce', () => {
    const services = (connections: number) => [service('203.0.113.10', connections, 0), service('203.0.113.11', 0, 1)];
    expect(hasPortsToSpare({ actual: services(798), sourcePorts: NAT })).toBe(true);
    expect(hasPortsToSpare({ actual: services(799), sourcePorts: NAT })).toBe(false);
  });

  it('counts nothing where clients keep their addresses, unless the data plane never lets them', () => {
    const actual = [service('203.0.113.10', 900, 0)];
    expect(sourcePortUse({ routes: routes({}), actual, sourcePorts: NAT })).toEqual([]);
    const everywhere = { limit: 1_000, usedBy: 'every-service' } as const;
    expect(scarcePorts(sourcePortUse({ routes: routes({}), actual, sourcePorts: everywhere }))).toHaveLength(1);
  });

  it('has all ports once for each port of a range', () => {
    const range = { ...translated, listeners: [{ protocol: 'TCP' as const, port: 443, endPort: 452 }] };
    const actual = [{ ...service('203.0.113.10', 900, 0, 0), endPort: 452 }];
    expect(sourcePortUse({ routes: routes(range), actual, sourcePorts: NAT })[0]).toMatchObject({
      connections: 900,
      limit: 10_000,
    });
  });
});
