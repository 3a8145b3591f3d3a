import type { Example, Refusal } from '../openapi/documentation.js';

/** Worked examples of explanations: the near origin is full, and half of the demand goes further. */

export const EXPLANATION: Example = {
  summary: 'Settled: the near origin is full, and each connection more that it took would save 65 ms',
  value: {
    loadBalancer: 'shop',
    decidedAt: '2026-11-21T03:00:15.000Z',
    headline:
      'eu-central is full (199 of 200/s); 50.5 % of 400/s goes further than the nearest origin, +75 ms on average',
    notices: [],
    origins: [
      {
        origin: 'eu-central',
        measuredLoad: 199.2,
        expectedLoad: 198,
        capacity: 200,
        utilization: 0.99,
        headroom: 2,
        shadowPriceMs: 64.5,
        sentence: 'eu-central is full (199 of 200/s)',
        oneMore: 'one more connection per second of capacity at eu-central would save 65 ms each',
      },
      {
        origin: 'us-east',
        measuredLoad: 200.8,
        expectedLoad: 202,
        capacity: null,
        utilization: null,
        headroom: null,
        shadowPriceMs: 0,
        sentence: 'us-east gets 202/s and is not limited',
        oneMore: 'the capacity of us-east is not limited',
      },
    ],
    limits: [
      {
        origin: 'us-east',
        limit: 500,
        expectedLoad: 202,
        shadowPriceMs: 0,
        sentence: 'shop has room for 298/s more within its limit at us-east (202 of 500/s)',
        oneMore: 'one more connection per second allowed to us-east would save nothing now',
      },
    ],
    edges: [
      {
        edge: 'ams-1',
        demand: 400,
        sentence: 'eu-central is full (199 of 200/s); 50.5 % of ams-1 goes to us-east, +75 ms',
        meanRttMs: 45.8225,
        nearestRttMs: 8.2,
        shares: [
          { origin: 'eu-central', share: 0.495, previousShare: 0.495, changePoints: 0, reason: 'held', rttMs: 8.2 },
          { origin: 'us-east', share: 0.505, previousShare: 0.505, changePoints: 0, reason: 'held', rttMs: 82.7 },
        ],
        bindingConstraints: [
          {
            type: 'origin-capacity',
            origin: 'eu-central',
            shadowPriceMs: 64.5,
            sentence: 'eu-central is full (199 of 200/s)',
          },
        ],
      },
    ],
  },
};

export const UNDECIDED: Example = {
  summary: 'Before the first plan',
  value: {
    loadBalancer: 'shop',
    decidedAt: null,
    headline: 'no cycle has decided on shop yet',
    notices: [],
    origins: [
      {
        origin: 'eu-central',
        measuredLoad: null,
        expectedLoad: null,
        capacity: null,
        utilization: null,
        headroom: null,
        shadowPriceMs: null,
        sentence: 'no cycle has seen eu-central yet',
        oneMore: 'what one more connection per second of capacity at eu-central would save is not known',
      },
    ],
    limits: [],
    edges: [],
  },
};

export const NOTHING_TO_EXPLAIN: Refusal = {
  code: 'not-found',
  detail: 'there is no load balancer "ghost"',
  instance: '/v1/load-balancers/ghost/explanation',
};
