import { describe, expect, it } from 'vitest';
import { largestMoves } from './largest-moves.js';
import { renderStanding } from './render-standing.js';
import type { EdgeStanding, OriginStanding, Standing } from './standing.js';

const NOW_MS = Date.parse('2026-11-25T12:00:20.000Z');
const point = { term: 1, generation: 57 };

const origin = (name: string, load: number, capacity: number | null): OriginStanding => ({
  name,
  state: 'active',
  status: {
    origin: name,
    capacity,
    capacitySource: 'declared',
    connectionCapacity: null,
    load,
    expectedLoad: load,
    utilization: capacity === null ? null : load / capacity,
    headroom: null,
    shadowPriceMs: 0,
    drain: null,
  },
});

const edge = (name: string, demand: number, status: Partial<EdgeStanding['status']> = {}): EdgeStanding => ({
  name,
  state: 'active',
  demand,
  status: {
    edge: name,
    agentVersion: '0.1.0',
    dataPlane: 'ipvs',
    lastSeenSeconds: 2.1,
    applied: point,
    published: point,
    isCurrent: true,
    announced: null,
    connections: 12,
    errors: [],
    ...status,
  },
});

const standing: Standing = {
  scheduler: {
    mode: 'running',
    role: 'leader',
    term: 1,
    cycleSeconds: 15,
    telemetry: 'reports',
    notices: [],
    lastCycle: {
      id: 57,
      startedAt: '2026-11-25T12:00:15.000Z',
      durationMs: 12,
      trigger: 'timer',
      mode: 'running',
      outcome: { kind: 'planned' },
      published: null,
    },
  },
  origins: [origin('us-east', 201, null), origin('eu-central', 392, 200)],
  edges: [edge('ams-1', 400), edge('nyc-1', 193, { lastSeenSeconds: 40 })],
  moves: [{ loadBalancer: 'shop', edge: 'ams-1', points: 25, explanation: 'eu-central is overloaded' }],
  events: [
    {
      sequence: 9,
      at: '2026-11-25T12:00:15.000Z',
      type: 'decision.noticed',
      resource: 'origins/eu-central',
      actor: null,
      requestId: null,
      summary: 'eu-central is expected above its capacity',
      before: null,
      after: null,
    },
  ],
};
const view = { url: 'http://weir', nowMs: NOW_MS, columns: Infinity, rows: null, trouble: null };

describe('renderStanding', () => {
  it('puts what is wrong and what is fullest first', () => {
    expect(renderStanding(standing, view).split('\n')).toEqual([
      'http://weir  running, a cycle every 15 s, the last 5 s ago',
      '593/s at 2 edges for 2 origins',
      '! above capacity: eu-central',
      '! agents lost, behind or in trouble: nyc-1',
      '',
      'ORIGIN      STATE    LOAD   CAPACITY  USED                               EXPECTED  DRAINING',
      'eu-central  active  392/s      200/s  [########################]  196 %     392/s',
      'us-east     active  201/s  unlimited                                  –     201/s',
      '',
      'EDGE   STATE   DEMAND  OPEN  LAST SEEN  CONFIGURATION  ERRORS',
      'nyc-1  active   193/s    12       40 s  current',
      'ams-1  active   400/s    12        2 s  current',
      '',
      'LAST DECISIONS',
      'shop at ams-1: eu-central is overloaded',
      '12:00:15  eu-central is expected above its capacity',
    ]);
  });

  it('fits the screen, whatever there is to show', () => {
    const edges = Array.from({ length: 200 }, (_, index) => edge(`edge-${index}`, index));
    const origins = Array.from({ length: 50 }, (_, index) => origin(`origin-${index}`, 1, 100));
    for (const rows of [20, 24, 50]) {
      const lines = renderStanding({ ...standing, edges, origins }, { ...view, columns: 60, rows }).split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
      expect(lines.join('\n')).toMatch(/and \d+ more/);
    }
  });

  it.each([
    ['as published', point, false],
    ['two generations behind', { ...point, generation: 55 }, false],
    ['three behind', { ...point, generation: 54 }, true],
    ['of an earlier term', { ...point, term: 0 }, true],
    ['nothing applied', null, true],
  ])('sounds the alarm for an edge that is %s: %j, %s', (_, applied, isAlarming) => {
    const edges = [edge('ams-1', 1, { applied, isCurrent: false })];
    expect(renderStanding({ ...standing, edges }, view).includes('in trouble: ams-1')).toBe(isAlarming);
  });

  it('says when it is of earlier', () => {
    expect(renderStanding(standing, { ...view, trouble: 'cannot reach it' })).toContain('! cannot reach it');
  });
});

it('names what moved, the largest first, and no first placement', () => {
  const share = (name: string, now: number, previousShare: number | null) =>
    ({ origin: name, share: now, previousShare, reason: 'damped', rttMs: null }) as const;
  const pair = (name: string, shares: readonly ReturnType<typeof share>[]) => ({
    edge: name,
    demand: 1,
    explanation: `of ${name}`,
    shares: [...shares],
  });
  const pairs = [
    pair('still', [share('eu', 0.5, 0.5), share('us', 0.5, 0.5)]),
    pair('new', [share('eu', 1, null)]),
    pair('little', [share('eu', 0.52, 0.5), share('us', 0.48, 0.5)]),
    pair('much', [share('eu', 0.75, 1), share('us', 0.25, 0)]),
  ];
  const moves = largestMoves([{ loadBalancer: 'shop', decidedAt: null, pairs }]);
  expect(moves.map(({ edge: name, points }) => [name, Math.round(points)])).toEqual([
    ['much', 25],
    ['little', 2],
  ]);
});
