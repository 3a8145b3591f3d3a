import type { Example, Refusal } from '../openapi/documentation.js';
import { RUNNING } from '../scheduler/scheduler.examples.js';

/** Worked examples of everything at a glance: the near origin has more than it can take, and the excess moves on. */

const decidedAt = '2026-11-21T03:00:15.000Z';
const point = { term: 1795143600, generation: 57 };
const move = '25 points moved from eu-central to us-east in this cycle, faster than usual because of overload';

export const OVERVIEW: Example = {
  summary: 'One origin is overloaded',
  value: {
    decidedAt,
    scheduler: RUNNING.value,
    concerns: [
      {
        kind: 'overloaded',
        severity: 'critical',
        resource: 'origins/eu-central',
        sentence: 'eu-central is overloaded (392 of 200/s)',
      },
    ],
    demand: 400,
    meanRttMs: 26.8,
    origins: [
      {
        origin: 'eu-central',
        region: 'eu',
        state: 'active',
        load: 392,
        expectedLoad: 300,
        capacity: 200,
        utilization: 1.96,
        endpoints: 1,
        endpointsDown: 0,
        edgesSeeingDown: 0,
      },
      {
        origin: 'us-east',
        region: 'us',
        state: 'active',
        load: 8,
        expectedLoad: 100,
        capacity: null,
        utilization: null,
        endpoints: 1,
        endpointsDown: 0,
        edgesSeeingDown: 0,
      },
    ],
    edges: [
      {
        edge: 'ams-1',
        site: 'ams',
        region: 'eu',
        state: 'active',
        demand: 400,
        meanRttMs: 26.8,
        lastSeenSeconds: 2.1,
        published: point,
        applied: point,
        isCurrent: true,
        errors: 0,
      },
    ],
    loadBalancers: [
      {
        loadBalancer: 'shop',
        demand: 400,
        meanRttMs: 26.8,
        mode: 'automatic',
        isFrozen: false,
        stalePairs: 0,
        shares: [
          { origin: 'eu-central', share: 0.75 },
          { origin: 'us-east', share: 0.25 },
        ],
      },
    ],
    flows: [
      { edge: 'ams-1', origin: 'eu-central', rate: 300, meanRttMs: 8.2 },
      { edge: 'ams-1', origin: 'us-east', rate: 100, meanRttMs: 82.7 },
    ],
  },
};

export const LOADS: Example = {
  summary: 'Three cycles',
  value: {
    decidedAt: ['2026-11-21T02:59:45.000Z', '2026-11-21T03:00:00.000Z', decidedAt],
    origins: [
      { origin: 'eu-central', load: [180, 400, 392], capacity: [200, 200, 200] },
      { origin: 'us-east', load: [0, 0, 8], capacity: [null, null, null] },
    ],
  },
};

export const DECISIONS: Example = {
  summary: 'Share leaves an origin that is overloaded',
  value: {
    items: [
      {
        decidedAt,
        loadBalancer: 'shop',
        edges: ['ams-1'],
        edgeCount: 1,
        reason: 'overload',
        sentence: `ams-1: ${move}`,
      },
    ],
  },
};

export const SHARE_HISTORY: Example = {
  summary: 'A first placement, then a move',
  value: {
    loadBalancer: 'shop',
    decidedAt,
    edges: [
      {
        edge: 'ams-1',
        changes: [
          {
            decidedAt: '2026-11-21T02:59:45.000Z',
            shares: [{ origin: 'eu-central', share: 1 }],
            reason: 'initial',
            sentence: '100 points moved to eu-central at once',
          },
          {
            decidedAt,
            shares: [
              { origin: 'eu-central', share: 0.75 },
              { origin: 'us-east', share: 0.25 },
            ],
            reason: 'overload',
            sentence: move,
          },
        ],
      },
    ],
  },
};

function wrongQuery(name: string, detail: string, instance: string): Refusal {
  const errors = [{ pointer: `/${name}`, code: 'invalid-value', detail }];
  return { code: 'invalid-query', detail: `wrong: /${name}`, instance, errors };
}

export const WRONG_FLOWS = wrongQuery('flows', 'Too small: expected number to be >=1', '/v1/overview?flows=0');
export const WRONG_SINCE = wrongQuery('since', 'Invalid ISO datetime', '/v1/overview/loads?since=noon');
export const WRONG_DECISIONS_LIMIT = wrongQuery(
  'limit',
  'Too small: expected number to be >=1',
  '/v1/overview/decisions?limit=0',
);
