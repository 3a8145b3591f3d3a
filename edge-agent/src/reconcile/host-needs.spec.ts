import { describe, expect, it } from 'vitest';
import { destinationKey, type Destination, type Service } from '../data-plane/service.js';
import { hostNeeds } from './host-needs.js';

const destination = (host: number): Destination => ({
  address: `192.0.2.${host}`,
  port: 8080,
  weight: 0,
  forwarding: 'masquerade',
});
const service: Service = {
  protocol: 'UDP',
  address: '203.0.113.10',
  port: 53,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  sourceNat: true,
  destinations: [destination(1)],
};

describe('hostNeeds', () => {
  it('is the very list of wishes when nothing leaves', () => {
    const desired = [service];
    expect(hostNeeds(desired, [], { draining: new Map(), departing: [] }).services).toBe(desired);
  });

  it('counts what is leaving until it is gone, and nothing else that is there', () => {
    const found = [destination(1), destination(2), destination(3)].map((each) => ({
      ...each,
      activeConnections: 1,
      inactiveConnections: 0,
      counters: { connections: 1 },
    }));
    const actual = [{ ...service, counters: { connections: 3 }, destinations: found }];
    const draining = new Map([[destinationKey(service, destination(2)), 60_000]]);
    expect(hostNeeds([service], actual, { draining, departing: [] }).services).toEqual([
      { ...service, destinations: [destination(1), destination(2)] },
    ]);
  });
});
