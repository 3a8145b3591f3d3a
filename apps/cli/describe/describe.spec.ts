import { describe, expect, it } from 'vitest';
import type { Schemas } from '#client/weir-client.js';
import type { SeenEndpoint } from '../standing/read-health.js';
import { describeEdge, type EdgeDescription } from './describe-edge.js';
import { sharesText } from './describe-load-balancer.js';
import { describeOrigin, type OriginDescription } from './describe-origin.js';
import { MOST_ROWS } from './sections.js';

const point = { term: 1, generation: 57 };

const edge: EdgeDescription = {
  kind: 'Edge',
  edge: { name: 'ams-1', site: 'ams', region: 'eu', state: 'active', labels: { team: 'web' } },
  status: {
    edge: 'ams-1',
    agentVersion: '0.1.0',
    dataPlane: 'ipvs',
    lastSeenSeconds: 2.1,
    applied: point,
    published: point,
    isCurrent: true,
    announced: ['203.0.113.10'],
    connections: 418,
    errors: [],
  },
  shares: [
    {
      loadBalancer: 'shop',
      demand: 400,
      explanation: '',
      shares: [
        { origin: 'eu', share: 0.75, previousShare: 1, reason: 'overload', rttMs: 8 },
        { origin: 'us', share: 0.25, previousShare: 0, reason: 'overload', rttMs: 83 },
      ],
    },
  ],
  health: [],
  events: [],
};

const seen = (address: string, up: boolean | null): SeenEndpoint => ({
  loadBalancer: 'shop',
  edge: 'ams-1',
  origin: 'eu',
  address,
  up,
  weight: 1,
  activeConnections: 3,
  rttMs: 8.2,
});

describe('describeEdge', () => {
  it('says how its agent is, and what the last cycle moved there', () => {
    expect(describeEdge(edge)).toBe(
      [
        'Edge ams-1',
        '  site    ams',
        '  region  eu',
        '  state   active',
        '  labels  team=web',
        '',
        'Its agent 0.1.0 (ipvs) reported 2 s ago; it has applied the newest configuration (generation 57).',
        '418 connections are open there.',
        'It announces 203.0.113.10.',
        '',
        'Shares:',
        'LOAD BALANCER  DEMAND  SHARES                            BECAUSE',
        'shop            400/s  eu 75 % (−25.0), us 25 % (+25.0)  overload',
        '',
        'No edge has reported on its endpoints yet.',
        '',
        'Nothing has happened to it.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [{ applied: null, isCurrent: false }, 'it has applied nothing yet of generation 57.'],
    [{ published: null, applied: null, isCurrent: false }, 'nothing has been published for it.'],
    [{ announced: [] }, 'It announces none of its addresses.'],
    [{ errors: [{ code: 'ipvs', message: 'no module' }] }, '! ipvs: no module'],
    [{ agentVersion: null }, 'No agent has reported from it.'],
  ] satisfies readonly [Partial<Schemas['EdgeStatus']>, string][])('tells of %j', (status, sentence) => {
    expect(describeEdge({ ...edge, status: { ...edge.status, ...status } })).toContain(sentence);
  });

  it('shows first what is down, and no more than a person reads', () => {
    const health = [
      ...Array.from({ length: 30 }, (_, index) => seen(`192.0.2.${index}`, true)),
      seen('192.0.2.99', false),
    ];
    const lines = describeEdge({ ...edge, health }).split('\n');
    const start = lines.indexOf('Endpoints, as edges see them:');
    expect(lines[start + 2]).toContain('192.0.2.99  DOWN');
    expect(lines[start + 2 + MOST_ROWS]).toBe('and 11 more; -o json has all');
  });
});

describe('describeOrigin', () => {
  const status: Schemas['OriginStatus'] = {
    origin: 'eu',
    capacity: 200,
    capacitySource: 'declared',
    connectionCapacity: null,
    load: 392,
    expectedLoad: 300,
    utilization: 1.96,
    headroom: 0,
    shadowPriceMs: 74,
    drain: null,
  };
  const origin: OriginDescription = {
    kind: 'Origin',
    origin: {
      name: 'eu',
      region: 'eu',
      endpoints: [{ address: '198.51.100.11', weight: 1 }],
      capacity: { rate: 200 },
      state: 'active',
      labels: {},
    },
    status,
    usedBy: ['shop'],
    health: [],
    events: [],
  };

  it.each([
    [{}, 'It gets 392/s of 200/s (196 %): it has no room left; 300/s are expected once the last decision is in force.'],
    [{}, 'Room for one more connection per second would save 74 ms each.'],
    [{ load: 50, utilization: 0.25, headroom: 150 }, 'It gets 50/s of 200/s (25 %): 150/s more would fit;'],
    [{ capacity: null, utilization: null, headroom: null }, 'It gets 392/s, and has no limit;'],
    [{ capacitySource: 'learnt' }, 'capacity   200/s: 200/s now'],
    [{ drain: { connections: 0, edges: [] } }, 'No connection is left there.'],
    [
      { drain: { connections: 41, edges: [{ edge: 'ams-1', lastSeenSeconds: 2, connections: 41, secondsLeft: 90 }] } },
      '41 connections are still open there: 41 from ams-1 for at most 90 s.',
    ],
  ] satisfies readonly [Partial<Schemas['OriginStatus']>, string][])('tells of %j', (changes, sentence) => {
    expect(describeOrigin({ ...origin, status: { ...status, ...changes } })).toContain(sentence);
  });
});

it('tells no move where there was no share before', () => {
  expect(sharesText([{ origin: 'eu', share: 1, previousShare: null }])).toBe('eu 100 %');
});
