import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of how things are: the near origin is full, and the excess moves on. */

export const SHARES: Example = {
  summary: 'Spilling to the next-nearest origin, two points a cycle',
  value: {
    loadBalancer: 'shop',
    decidedAt: '2026-11-21T03:00:15.000Z',
    pairs: [
      {
        edge: 'ams-1',
        demand: 400,
        explanation: '2.0 points from eu-central to us-east: eu-central is full (392 of 200/s)',
        shares: [
          { origin: 'eu-central', share: 0.96, previousShare: 0.98, reason: 'damped' },
          { origin: 'us-east', share: 0.04, previousShare: 0.02, reason: 'damped' },
        ],
      },
    ],
  },
};

export const HEALTH: Example = {
  summary: 'Both origins answer',
  value: {
    loadBalancer: 'shop',
    edges: [
      {
        edge: 'ams-1',
        lastSeenSeconds: 2.1,
        origins: [
          {
            origin: 'eu-central',
            rttMs: 8.2,
            endpoints: [{ address: '198.51.100.11', up: true, weight: 960, activeConnections: 41 }],
          },
          {
            origin: 'us-east',
            rttMs: 82.7,
            endpoints: [{ address: '192.0.2.21', up: true, weight: 40, activeConnections: 3 }],
          },
        ],
      },
    ],
  },
};

export const ORIGIN_STATUS: Example = {
  summary: 'Above its capacity, on its way down',
  value: { origin: 'eu-central', capacity: 200, load: 392, expectedLoad: 384, utilization: 1.96, headroom: 0 },
};

const point = { term: 1795143600, generation: 57 };

export const EDGE_STATUS: Example = {
  summary: 'Up to date',
  value: {
    edge: 'ams-1',
    agentVersion: '0.1.0',
    dataPlane: 'ipvs',
    lastSeenSeconds: 2.1,
    applied: point,
    published: point,
    isCurrent: true,
    errors: [],
  },
};

function missing(noun: string, path: string): Refusal {
  return { code: 'not-found', detail: `there is no ${noun} "ghost"`, instance: path };
}

export const NO_LOAD_BALANCER = missing('load balancer', '/v1/load-balancers/ghost/shares');
export const NO_ORIGIN = missing('origin', '/v1/origins/ghost/status');
export const NO_EDGE = missing('edge', '/v1/edges/ghost/status');
