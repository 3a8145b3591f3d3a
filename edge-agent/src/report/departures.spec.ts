import { describe, expect, it } from 'vitest';
import { exampleConfiguration } from '../configuration/example-configuration.js';
import { routesOf } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { departuresOf } from './departures.js';

const SERVICE: ActualService = {
  protocol: 'TCP',
  address: '203.0.113.10',
  port: 443,
  settings: { distribution: 'maglev-5-tuple', affinitySeconds: null },
  counters: { connections: 9 },
  destinations: [11, 12, 13].map((host) => ({
    address: `192.0.2.${host}`,
    port: 8443,
    weight: 0,
    forwarding: 'masquerade',
    activeConnections: 2,
    inactiveConnections: 1,
    counters: { connections: 3 },
  })),
};
const key = (host: number) => `TCP 203.0.113.10:443 -> 192.0.2.${host}:8443`;
const routes = routesOf(exampleConfiguration());

describe('departuresOf', () => {
  it('tells whose a departing destination is, what it still carries, and for how long', () => {
    const draining = new Map([[key(12), 61_500]]);
    expect(departuresOf({ actual: [SERVICE], draining, routes, nowMs: 60_000 })).toMatchObject([
      {
        destination: '192.0.2.12:8443',
        loadBalancer: 'shop',
        origin: 'eu-central',
        connections: 3,
        secondsLeft: 1.5,
      },
    ]);
  });

  it('knows less of what the configuration has dropped, and never less time than none', () => {
    const draining = new Map([[key(13), 1_000]]);
    expect(departuresOf({ actual: [SERVICE], draining, routes, nowMs: 2_000 })).toMatchObject([
      { loadBalancer: 'shop', origin: null, secondsLeft: 0 },
    ]);
    expect(departuresOf({ actual: [SERVICE], draining, routes: [], nowMs: 0 })).toMatchObject([
      { loadBalancer: null, origin: null },
    ]);
  });

  it('ends when the destination is gone', () => {
    const draining = new Map([[key(14), 1_000]]);
    expect(departuresOf({ actual: [SERVICE], draining, routes, nowMs: 0 })).toEqual([]);
  });
});
