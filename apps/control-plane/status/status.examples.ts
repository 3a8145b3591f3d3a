import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of how things are: the near origin is full, and the excess moves on. */

export const SHARES: Example = {
  summary: 'Spilling to the next-nearest origin: faster than usual, for the near one has more than it can take',
  value: {
    loadBalancer: 'shop',
    decidedAt: '2026-11-21T03:00:15.000Z',
    pairs: [
      {
        edge: 'ams-1',
        demand: 400,
        explanation:
          'eu-central is overloaded (392 of 200/s); 25 % of ams-1 goes to us-east, +75 ms; 25 points moved from eu-central to us-east in this cycle, faster than usual because of overload, up to 25 points more each cycle until eu-central is within 200/s',
        shares: [
          { origin: 'eu-central', share: 0.75, previousShare: 1, reason: 'overload', rttMs: 8.2 },
          { origin: 'us-east', share: 0.25, previousShare: 0, reason: 'overload', rttMs: 82.7 },
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
            lossRatio: 0,
            endpoints: [{ address: '198.51.100.11', up: true, weight: 48, activeConnections: 41 }],
          },
          {
            origin: 'us-east',
            rttMs: 82.7,
            lossRatio: 0.02,
            endpoints: [{ address: '192.0.2.21', up: true, weight: 2, activeConnections: 3 }],
          },
        ],
      },
    ],
  },
};

export const ORIGIN_STATUS: Example = {
  summary: 'Above its capacity, on its way down',
  value: {
    origin: 'eu-central',
    capacity: 200,
    capacitySource: 'declared',
    connectionCapacity: null,
    load: 392,
    expectedLoad: 300,
    utilization: 1.96,
    headroom: 0,
    shadowPriceMs: 29964.5,
    drain: null,
  },
};

export const LEARNT_STATUS: Example = {
  summary: 'With a capacity that was learnt, and room',
  value: {
    origin: 'ap-south',
    capacity: 310.5,
    capacitySource: 'learnt',
    connectionCapacity: 20000,
    load: 120,
    expectedLoad: 121.4,
    utilization: 0.386,
    headroom: 190.5,
    shadowPriceMs: 0,
    drain: null,
  },
};

export const DRAINING_STATUS: Example = {
  summary: 'Out of use, and waiting for the last connections to end',
  value: {
    origin: 'eu-central',
    capacity: 200,
    capacitySource: 'declared',
    connectionCapacity: null,
    load: 0,
    expectedLoad: 0,
    utilization: 0,
    headroom: 200,
    shadowPriceMs: 0,
    drain: {
      connections: 41,
      edges: [{ edge: 'ams-1', lastSeenSeconds: 2.1, connections: 41, secondsLeft: 214 }],
    },
  },
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
    announced: ['203.0.113.10'],
    connections: 418,
    errors: [],
  },
};

function missing(noun: string, path: string): Refusal {
  return { code: 'not-found', detail: `there is no ${noun} "ghost"`, instance: path };
}

export const NO_LOAD_BALANCER = missing('load balancer', '/v1/load-balancers/ghost/shares');
export const NO_ORIGIN = missing('origin', '/v1/origins/ghost/status');
export const NO_EDGE = missing('edge', '/v1/edges/ghost/status');
