import { describe, expect, it } from 'vitest';
import type { AgentReport, DepartureReport } from '#contracts/agent-report.js';
import { type EdgeName, edgeName } from '#core/model/name.js';
import { anOrigin } from '#testkit/model-builders.js';
import type { FleetEntry } from '../agent-channel/fleet.js';
import { originDrain } from './origin-drain.js';

const leaving = (
  connections: number,
  secondsLeft: number,
  changes: Partial<DepartureReport> = {},
): DepartureReport => ({
  service: 'TCP 203.0.113.10:443',
  destination: '192.0.2.1:443',
  loadBalancer: 'shop',
  origin: 'east',
  connections,
  secondsLeft,
  ...changes,
});

/** An edge with so many connections open at the east origin's one endpoint, by load balancer. */
function entry(open: Readonly<Record<string, number>>, departures?: readonly DepartureReport[]): FleetEntry {
  const report: AgentReport = {
    version: 1,
    edge: 'any',
    agentVersion: '0.1.0',
    instance: 'first',
    sequence: 1,
    monotonicMs: 0,
    applied: null,
    dataPlane: 'ipvs',
    loadBalancers: Object.entries(open).map(([name, activeConnections]) => ({
      name,
      connections: 0,
      origins: [
        {
          origin: 'east',
          connections: 0,
          rttMs: null,
          endpoints: [{ address: '192.0.2.1', up: true, weight: 0, activeConnections }],
        },
      ],
    })),
    errors: [],
    ...(departures !== undefined && { departures: [...departures] }),
  };
  return { report, ageMs: 2_000 };
}

function drain(state: 'active' | 'draining' | 'disabled', fleet: Readonly<Record<string, FleetEntry>>) {
  const entries = Object.entries(fleet).map(([edge, seen]): [EdgeName, FleetEntry] => [edgeName(edge), seen]);
  return originDrain(anOrigin('east', { state }), new Map(entries));
}

describe('originDrain', () => {
  it('has nothing to tell of an origin in use', () => {
    expect(drain('active', { ams: entry({ shop: 40 }) })).toBeNull();
  });

  it('adds up what is left edge by edge, each connection once', () => {
    const fleet = {
      ams: entry({ shop: 40, blog: 2 }, [leaving(25, 100), leaving(15, 220, { destination: '192.0.2.2:443' })]),
      fra: entry({ shop: 3 }),
      lon: entry({ shop: 0 }),
    };
    expect(drain('draining', fleet)).toEqual({
      connections: 45,
      edges: [
        { edge: 'ams', lastSeenSeconds: 2, connections: 42, secondsLeft: 220 },
        { edge: 'fra', lastSeenSeconds: 2, connections: 3, secondsLeft: null },
      ],
    });
  });

  it('tells of what an edge no longer has in its configuration', () => {
    const departures = [leaving(7, 60, { loadBalancer: null }), leaving(5, 60, { origin: 'west' })];
    expect(drain('disabled', { ams: entry({}, departures) })).toEqual({
      connections: 7,
      edges: [{ edge: 'ams', lastSeenSeconds: 2, connections: 7, secondsLeft: 60 }],
    });
  });

  it('tells of endpoints that leave an origin in use, and only of them', () => {
    expect(drain('active', { ams: entry({ shop: 40 }, [leaving(4, 9)]) })).toMatchObject({ connections: 4 });
  });

  it('is done when nothing is left', () => {
    expect(drain('draining', { ams: entry({ shop: 0 }, []) })).toEqual({ connections: 0, edges: [] });
  });
});
