import { describe, expect, it } from 'vitest';
import type { DepartureReport, LoadBalancerReport } from '#contracts/agent-report.js';
import { edgeConnections } from './edge-connections.js';

const serving = (name: string, open: Readonly<Record<string, readonly number[]>>): LoadBalancerReport => ({
  name,
  connections: 0,
  origins: Object.entries(open).map(([origin, connections]) => ({
    origin,
    connections: 0,
    rttMs: null,
    endpoints: connections.map((activeConnections, index) => ({
      address: `192.0.2.${index}`,
      up: true,
      weight: 1,
      activeConnections,
    })),
  })),
});

const leaving = (origin: string | null, connections: number): DepartureReport => ({
  service: 'TCP 203.0.113.10:443',
  destination: '192.0.2.1:443',
  loadBalancer: origin === null ? null : 'shop',
  origin,
  connections,
  secondsLeft: 60,
});

describe('edgeConnections', () => {
  it('counts every endpoint of every load balancer', () => {
    const loadBalancers = [serving('shop', { east: [3, 4], west: [5] }), serving('mail', { east: [6] })];
    expect(edgeConnections({ loadBalancers })).toBe(18);
  });

  it('counts what is on its way out, and once alone what is still published', () => {
    const loadBalancers = [serving('shop', { east: [3] })];
    expect(edgeConnections({ loadBalancers, departures: [leaving('east', 2), leaving('east', 2)] })).toBe(4);
    expect(edgeConnections({ loadBalancers, departures: [leaving('west', 2), leaving(null, 1)] })).toBe(6);
  });
});
