import { describe, expect, it } from 'vitest';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import { UNKNOWN } from '../probe/verdict.js';
import { exampleView } from '../report/example-view.js';
import { addressStates } from './address-states.js';

/** In the example one of two endpoints is up, on both addresses. */
const [FIRST, SECOND] = ['203.0.113.10', '2001:db8::10'];
const judged = (up: (address: string) => boolean | null) =>
  addressStates(exampleView({ verdict: ({ address }) => ({ ...UNKNOWN, up: up(address) }) }));

describe('addressStates', () => {
  it('calls an address healthy by one endpoint that is up', () => {
    expect(addressStates(exampleView())).toEqual([
      { address: FIRST, isServed: true, isHealthy: true },
      { address: SECOND, isServed: true, isHealthy: true },
    ]);
  });

  it('knows nothing while probes know of none that is up and not of all that they are down', () => {
    expect(judged((address) => (address === '192.0.2.11' ? null : false)).map(({ isHealthy }) => isHealthy)).toEqual([
      null,
      null,
    ]);
    expect(judged(() => false).map(({ isHealthy }) => isHealthy)).toEqual([false, false]);
  });

  it('sees which address lacks its service', () => {
    const { actual } = exampleView();
    const states = addressStates(exampleView({ actual: actual.slice(0, 1) }));
    expect(states.map(({ isServed }) => isServed)).toEqual([true, false]);
  });

  it('counts only endpoints that the data plane has', () => {
    const actual = exampleView().actual.map((service) => ({ ...service, destinations: service.destinations.slice(1) }));
    expect(addressStates(exampleView({ actual })).map(({ isHealthy }) => isHealthy)).toEqual([false, false]);
  });

  it('does not count an endpoint that may not serve', () => {
    const endpoints = exampleLoadBalancer().endpoints.map((endpoint, index) => ({ ...endpoint, weight: index }));
    const routes = routesOf(exampleConfiguration({ loadBalancers: [exampleLoadBalancer({ endpoints })] }));
    expect(addressStates(exampleView({ routes }))).toEqual([{ address: FIRST, isServed: true, isHealthy: false }]);
  });

  it('wants every load balancer on an address healthy', () => {
    const blog = exampleLoadBalancer({ name: 'blog', listeners: [{ protocol: 'TCP', port: 80 }], endpoints: [] });
    const routes = routesOf(exampleConfiguration({ loadBalancers: [exampleLoadBalancer(), blog] }));
    expect(addressStates(exampleView({ routes }))[0]).toMatchObject({ isHealthy: false });
  });
});
