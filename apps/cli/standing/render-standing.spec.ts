import { describe, expect, it } from 'vitest';
import { renderStanding } from './render-standing.js';
import type { Standing } from './standing.js';

type Overview = Standing['overview'];
type Concern = Overview['concerns'][number];

const NOW_MS = Date.parse('2026-11-25T12:00:20.000Z');
const point = { term: 1, generation: 57 };

const origin = (name: string, load: number, capacity: number | null): Overview['origins'][number] => ({
  origin: name,
  region: 'eu',
  state: 'active',
  load,
  expectedLoad: load,
  capacity,
  utilization: capacity === null ? null : load / capacity,
  endpoints: 1,
  endpointsDown: 0,
  edgesSeeingDown: 0,
});

const edge = (
  name: string,
  demand: number,
  overrides: Partial<Overview['edges'][number]> = {},
): Overview['edges'][number] => ({
  edge: name,
  site: 'ams',
  region: 'eu',
  state: 'active',
  demand,
  meanRttMs: 26.8,
  lastSeenSeconds: 2.1,
  applied: point,
  published: point,
  isCurrent: true,
  errors: 0,
  ...overrides,
});

const concern = (severity: Concern['severity'], sentence: string): Concern => ({
  kind: 'overloaded',
  severity,
  resource: 'origins/eu-central',
  sentence,
});

const overview: Overview = {
  decidedAt: '2026-11-25T12:00:15.000Z',
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
  concerns: [
    concern('critical', 'eu-central is overloaded (392 of 200/s)'),
    concern('note', 'the shares of blog are frozen'),
  ],
  demand: 593,
  meanRttMs: 26.8,
  origins: [origin('us-east', 201, null), { ...origin('eu-central', 392, 200), state: 'draining' }],
  edges: [edge('ams-1', 400), edge('nyc-1', 193, { lastSeenSeconds: 40, errors: 2 })],
  loadBalancers: [],
  flows: [],
};

const standing: Standing = {
  overview,
  decisions: [
    {
      decidedAt: '2026-11-25T12:00:15.000Z',
      loadBalancer: 'shop',
      edges: ['ams-1', 'ams-2', 'fra-1'],
      edgeCount: 7,
      reason: 'overload',
      sentence: 'ams-1 and 6 more: 25 points moved from eu-central to us-east',
    },
  ],
  events: [
    {
      sequence: 9,
      at: '2026-11-25T12:00:14.000Z',
      type: 'decision.noticed',
      resource: 'origins/eu-central',
      actor: null,
      requestId: null,
      summary: 'eu-central is expected above its capacity',
      before: null,
      after: null,
    },
  ],
  connectionsLeft: { 'eu-central': 104 },
};
const view = { url: 'http://weir', nowMs: NOW_MS, columns: Infinity, rows: null, trouble: null };

describe('renderStanding', () => {
  it('puts what is wrong and what is fullest first', () => {
    expect(renderStanding(standing, view).split('\n')).toEqual([
      'http://weir  running, a cycle every 15 s, the last 5 s ago',
      '593/s at 2 edges for 2 origins',
      '! eu-central is overloaded (392 of 200/s)',
      '  the shares of blog are frozen',
      '',
      'ORIGIN      STATE      LOAD   CAPACITY  USED                               EXPECTED  DRAINING',
      'eu-central  draining  392/s      200/s  [########################]  196 %     392/s  104 left',
      'us-east     active    201/s  unlimited                                  –     201/s',
      '',
      'EDGE   STATE   DEMAND  LATENCY  LAST SEEN  CONFIGURATION  ERRORS',
      'nyc-1  active   193/s    27 ms       40 s  current             2',
      'ams-1  active   400/s    27 ms        2 s  current',
      '',
      'LAST DECISIONS',
      '12:00:15  shop: ams-1 and 6 more: 25 points moved from eu-central to us-east',
      '12:00:14  eu-central is expected above its capacity',
    ]);
  });

  it('fits the screen, whatever there is to show', () => {
    const edges = Array.from({ length: 200 }, (_, index) => edge(`edge-${index}`, index));
    const origins = Array.from({ length: 50 }, (_, index) => origin(`origin-${index}`, 1, 100));
    const concerns = origins.map((each) => concern('critical', `${each.origin} is overloaded`));
    const large: Standing = {
      overview: { ...overview, edges, origins, concerns },
      decisions: Array.from({ length: 20 }, () => standing.decisions).flat(),
      events: Array.from({ length: 20 }, () => standing.events).flat(),
      connectionsLeft: {},
    };
    for (const rows of [24, 50]) {
      const lines = renderStanding(large, { ...view, columns: 60, rows }).split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
      expect(lines.filter((line) => /and \d+ more$/.test(line))).toHaveLength(3);
    }
  });

  it.each([
    ['as published', point, true, 'current'],
    ['behind', { ...point, generation: 54 }, false, '54 of 57'],
    ['without any', null, false, 'none of 57'],
  ])('tells of an edge whose configuration is %s', (_, applied, isCurrent, told) => {
    const edges = [edge('ams-1', 1, { applied, isCurrent })];
    expect(renderStanding({ ...standing, overview: { ...overview, edges } }, view)).toMatch(
      new RegExp(`^ams-1 .* ${told}$`, 'm'),
    );
  });

  it('says when it is of earlier', () => {
    expect(renderStanding(standing, { ...view, trouble: 'cannot reach it' })).toContain('! cannot reach it');
  });
});
