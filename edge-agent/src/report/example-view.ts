import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { NO_PROBES, withProbe } from '../probe/loss-window.js';
import { UNKNOWN } from '../probe/verdict.js';
import { accumulate, EMPTY_LEDGER } from './ledger.js';
import type { AgentView } from './view.js';

/** A load balancer on two addresses that received 10 connections on each: 9 for one endpoint, which is up, 1 for the other, which is down. */
export function exampleView(changes: Partial<AgentView> = {}): AgentView {
  const addresses = ['203.0.113.10', '2001:db8::10'];
  const routes = routesOf(exampleConfiguration({ loadBalancers: [exampleLoadBalancer({ addresses })] }));
  const actual = addresses.map(serviceOn);
  return {
    edge: 'ams-1',
    dataPlane: 'userspace',
    applied: { term: 1, generation: 7 },
    edgeState: 'active',
    routes,
    actual,
    ledger: accumulate(EMPTY_LEDGER, actual, routes),
    verdict: ({ address }) => ({
      ...UNKNOWN,
      up: address === '192.0.2.11',
      latencies: [12],
      losses: [true, address === '192.0.2.11'].reduce(withProbe, NO_PROBES),
    }),
    departures: [],
    sourcePorts: { limit: 28_232, usedBy: 'every-service' },
    problems: [],
    ...changes,
  };
}

function serviceOn(address: string): ActualService {
  return {
    protocol: 'TCP',
    address,
    port: 443,
    settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
    counters: { connections: 10, bytesIn: 100, bytesOut: 200 },
    destinations: [9, 1].map((count, index) => ({
      address: `192.0.2.${11 + index}`,
      port: 8443,
      weight: index === 0 ? 9 : 0,
      forwarding: 'masquerade',
      activeConnections: count,
      inactiveConnections: 0,
      counters: { connections: count },
    })),
  };
}
