import { describe, expect, it } from 'vitest';
import type { PublishedEndpoint } from '#contracts/edge-configuration.js';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import { ALL_TRAITS } from '../data-plane/fake-data-plane.js';
import { desiredServices, type Verdict } from './desired-services.js';

const endpoint = (host: number, changes: Partial<PublishedEndpoint>): PublishedEndpoint => ({
  origin: 'near',
  address: `192.0.2.${host}`,
  port: 8443,
  weight: 0,
  ...changes,
});
const draining = { draining: true } as const;

function desired(endpoints: readonly PublishedEndpoint[], isUp: Verdict = () => true) {
  const loadBalancers = [exampleLoadBalancer({ endpoints: [...endpoints] })];
  const { services, problems } = desiredServices(routesOf(exampleConfiguration({ loadBalancers })), isUp, ALL_TRAITS);
  return {
    weights: services[0]?.destinations.map(({ address, weight }) => [address, weight]),
    codes: problems.map(({ code }) => code),
  };
}

describe('a draining endpoint', () => {
  it('is no destination any more, and the others of its origin take its part', () => {
    const endpoints = [endpoint(11, { ...draining, weight: 3 }), endpoint(12, { weight: 3 })];
    const far = endpoint(13, { origin: 'far', weight: 2 });
    expect(desired([...endpoints, far])).toEqual({
      weights: [
        ['192.0.2.12', 6],
        ['192.0.2.13', 2],
      ],
      codes: [],
    });
  });

  it('is no reason for standby or for failing open when it is down', () => {
    const endpoints = [
      endpoint(11, draining),
      endpoint(12, { origin: 'far', weight: 5 }),
      endpoint(13, { origin: 'spare', standbyWeight: 1 }),
    ];
    expect(desired(endpoints, ({ address }) => address !== '192.0.2.11')).toEqual({
      weights: [
        ['192.0.2.12', 5],
        ['192.0.2.13', 0],
      ],
      codes: [],
    });
  });

  it('never serves again because the others are down', () => {
    const endpoints = [
      endpoint(11, { ...draining, weight: 9, standbyWeight: 9 }),
      endpoint(12, { origin: 'far', weight: 5 }),
    ];
    expect(desired(endpoints, ({ address }) => address !== '192.0.2.12')).toEqual({
      weights: [['192.0.2.12', 5]],
      codes: ['failing-open'],
    });
  });

  it('leaves a service without destinations when all are, which is what was asked for', () => {
    expect(desired([endpoint(11, draining), endpoint(12, draining)], () => false)).toEqual({ weights: [], codes: [] });
  });

  it('serves on for another origin that names the same server', () => {
    const endpoints = [endpoint(11, { ...draining, weight: 3 }), endpoint(11, { origin: 'far', weight: 2 })];
    expect(desired(endpoints).weights).toEqual([['192.0.2.11', 2]]);
  });
});
