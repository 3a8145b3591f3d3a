import { describe, expect, it } from 'vitest';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { PublishedLoadBalancer } from '#contracts/edge-configuration.js';
import type { DataPlaneTraits } from '../data-plane/data-plane.js';
import { ALL_TRAITS } from '../data-plane/fake-data-plane.js';
import { formatSocket, serviceKey } from '../data-plane/service.js';
import { desiredServices, type Verdict } from './desired-services.js';

const healthy: Verdict = () => true;
const anyFamily = ALL_TRAITS;
const ownFamily = { ...ALL_TRAITS, acrossFamilies: [] };

const desired = (balancers: readonly PublishedLoadBalancer[], isUp = healthy, traits: DataPlaneTraits = anyFamily) =>
  desiredServices(routesOf(exampleConfiguration({ loadBalancers: [...balancers] })), isUp, traits);

const weights = (balancer: PublishedLoadBalancer, isUp: Verdict) =>
  desired([balancer], isUp).services[0]?.destinations.map(({ weight }) => weight);

const downAt =
  (...addresses: readonly string[]): Verdict =>
  ({ address }) =>
    !addresses.includes(address);

describe('desiredServices', () => {
  it('makes a service of each address and listener', () => {
    const balancer = exampleLoadBalancer({
      addresses: ['203.0.113.10', '2001:DB8::0010'],
      listeners: [
        { protocol: 'TCP', port: 80 },
        { protocol: 'TCP', port: 443 },
      ],
    });
    expect(desired([balancer]).services.map(serviceKey)).toEqual([
      'TCP 203.0.113.10:80',
      'TCP [2001:db8::10]:80',
      'TCP 203.0.113.10:443',
      'TCP [2001:db8::10]:443',
    ]);
  });

  it("sends to the listener's port where the endpoint names none", () => {
    const endpoints = [
      { origin: 'us-west', address: '192.0.2.11', weight: 1 },
      { origin: 'us-west', address: '192.0.2.12', port: 8443, weight: 1 },
    ];
    const [service] = desired([exampleLoadBalancer({ endpoints })]).services;
    expect(service?.destinations.map(formatSocket)).toEqual(['192.0.2.11:443', '192.0.2.12:8443']);
  });

  it.each([
    ['keeps what was published while all are up', [], [9, 1]],
    ['gives 0 to an endpoint that is down here', ['192.0.2.11'], [0, 1]],
    ['fails open when every endpoint is down', ['192.0.2.11', '192.0.2.12'], [9, 1]],
  ])('%s', (_, down, expected) => {
    expect(weights(exampleLoadBalancer(), downAt(...down))).toEqual(expected);
  });

  it('does not count an endpoint without a weight as a way out', () => {
    const [first, second] = exampleLoadBalancer().endpoints;
    const balancer = exampleLoadBalancer({ endpoints: [first!, { ...second!, weight: 0 }] });
    expect(weights(balancer, downAt('192.0.2.11'))).toEqual([9, 0]);
  });

  describe('when every endpoint with a weight is down', () => {
    const endpoints = [
      { origin: 'near', address: '192.0.2.11', weight: 1_000 },
      { origin: 'far', address: '192.0.2.12', weight: 0, standbyWeight: 2 },
      { origin: 'far', address: '192.0.2.13', weight: 0, standbyWeight: 1 },
      { origin: 'drained', address: '192.0.2.14', weight: 0 },
    ];
    const balancer = exampleLoadBalancer({ endpoints });

    it.each([
      ['has those on standby serve, and never what operators took out', ['192.0.2.11'], [0, 2, 1, 0]],
      ['spares those on standby that are down as well', ['192.0.2.11', '192.0.2.12'], [0, 0, 3, 0]],
      ['fails open when they all are', ['192.0.2.11', '192.0.2.12', '192.0.2.13'], [1_000, 0, 0, 0]],
      ['leaves standby alone otherwise', [], [1_000, 0, 0, 0]],
    ])('%s', (_, down, expected) => {
      expect(weights(balancer, downAt(...down))).toEqual(expected);
    });

    it('says so', () => {
      const { problems } = desired([balancer], downAt('192.0.2.11'));
      expect(problems.map(({ code }) => code)).toEqual(['standing-in']);
    });
  });

  it('has endpoints on standby serve an address family that the others do not reach', () => {
    const endpoints = [
      { origin: 'near', address: '2001:db8:1::1', weight: 1_000 },
      { origin: 'far', address: '192.0.2.12', weight: 0, standbyWeight: 1 },
    ];
    const { services } = desired([exampleLoadBalancer({ endpoints })], healthy, ownFamily);
    expect(services[0]?.destinations).toMatchObject([{ address: '192.0.2.12', weight: 1 }]);
  });

  it('says when it fails open, and on which service', () => {
    const { problems } = desired([exampleLoadBalancer()], () => false);
    expect(problems).toEqual([
      { code: 'failing-open', message: expect.stringContaining('shop (TCP 203.0.113.10:443)') as string },
    ]);
  });

  it('keeps published weights until the probes know', () => {
    expect(weights(exampleLoadBalancer(), () => null)).toEqual([9, 1]);
  });

  it('judges each listener by its own port', () => {
    const listeners = [80, 443].map((port) => ({ protocol: 'TCP' as const, port }));
    const endpoints = ['192.0.2.11', '192.0.2.12'].map((address) => ({ origin: 'us-west', address, weight: 1 }));
    const isUp: Verdict = ({ address, port }) => !(address === '192.0.2.11' && port === 443);
    const { services } = desired([exampleLoadBalancer({ listeners, endpoints })], isUp);
    expect(services.map(({ destinations }) => destinations.map(({ weight }) => weight))).toEqual([
      [1, 1],
      [0, 2],
    ]);
  });

  it('adds up the weights of two origins on one server', () => {
    const endpoints = ['us-west', 'us-east'].map((origin) => ({ origin, address: '192.0.2.11', port: 80, weight: 3 }));
    const [service] = desired([exampleLoadBalancer({ endpoints })]).services;
    expect(service?.destinations).toMatchObject([{ address: '192.0.2.11', weight: 6 }]);
  });

  it('gives a service only endpoints of its family where the data plane needs that', () => {
    const balancer = exampleLoadBalancer({ addresses: ['203.0.113.10', '2001:db8::10'] });
    const { services, problems } = desired([balancer], healthy, ownFamily);
    expect(services.map(({ destinations }) => destinations.length)).toEqual([2, 0]);
    expect(problems.map(({ code }) => code)).toEqual(['no-endpoint-of-family']);
  });

  it('leaves a service to the load balancer that has it first', () => {
    const { services, problems } = desired([
      exampleLoadBalancer(),
      exampleLoadBalancer({ name: 'blog', distribution: 'weighted-round-robin' }),
    ]);
    expect(services.map(({ settings }) => settings.distribution)).toEqual(['maglev-5-tuple']);
    expect(problems.map(({ code }) => code)).toEqual(['duplicate-service']);
  });

  it.each(['draining', 'disabled'] as const)('goes on forwarding while the edge is %s', (state) => {
    const routes = routesOf(exampleConfiguration({ state }));
    const [service] = desiredServices(routes, healthy, anyFamily).services;
    expect(service?.destinations.map(({ weight }) => weight)).toEqual([9, 1]);
  });
});
