import type { Example, Examples, Refusal } from '../openapi/documentation.js';

/** Worked examples of questions: a shop whose near origin is full asks what would help, and what would hurt. */

export const QUESTIONS: Examples = {
  grown: {
    summary: 'If the near origin were larger',
    value: { origins: [{ origin: 'eu-central', capacityRate: 500 }] },
  },
  lost: {
    summary: 'If it failed on a busy day, and the far one were allowed to take more',
    value: {
      origins: [{ origin: 'eu-central', state: 'disabled' }],
      loadBalancers: [{ loadBalancer: 'shop', references: [{ origin: 'us-east', maxRate: null }] }],
      demand: [{ loadBalancer: 'shop', change: { type: 'factor', factor: 1.5 } }],
    },
  },
  joined: {
    summary: 'If a third origin joined, with a new line to it',
    value: {
      loadBalancers: [{ loadBalancer: 'shop', addedOrigins: [{ origin: 'ap-south', tier: 1 }] }],
      rtts: [{ edge: 'ams-1', origin: 'ap-south', rttMs: 110 }],
    },
  },
  byHand: {
    summary: 'If operators set the shares by hand',
    value: {
      loadBalancers: [
        {
          loadBalancer: 'shop',
          policy: { mode: 'manual', manualShares: { 'eu-central': 70, 'us-east': 30 } },
        },
      ],
    },
  },
  nothing: { summary: 'Where the shares will settle as things are', value: {} },
};

export const ANSWER: Example = {
  summary: 'The near origin takes everything, and gets it within 26 cycles',
  value: {
    observedAt: '2026-11-21T03:00:15.000Z',
    headline:
      '1 of 1 pair changes; mean latency goes from 46 ms to 8.2 ms; eu-central goes from 198 to 400 of 500/s and us-east goes from 202 to 0/s; about 26 cycles at the damped pace',
    pairs: [
      {
        loadBalancer: 'shop',
        edge: 'ams-1',
        isChanged: true,
        demand: { before: 400, after: 400 },
        meanRttMs: { before: 45.8225, after: 8.2 },
        shares: [
          { origin: 'eu-central', before: 0.495, after: 1 },
          { origin: 'us-east', before: 0.505, after: 0 },
        ],
        cyclesAtDampedPace: 26,
      },
    ],
    origins: [
      {
        origin: 'eu-central',
        expectedLoad: { before: 198, after: 400 },
        capacity: { before: 200, after: 500 },
        overload: { before: 0, after: 0 },
      },
      {
        origin: 'us-east',
        expectedLoad: { before: 202, after: 0 },
        capacity: { before: null, after: null },
        overload: { before: 0, after: 0 },
      },
    ],
    meanRttMs: { before: 45.8225, after: 8.2 },
    overload: { before: 0, after: 0 },
    cyclesAtDampedPace: 26,
    explanations: [
      {
        loadBalancer: 'shop',
        decidedAt: '2026-11-21T03:00:15.000Z',
        headline: 'all 400/s go to the nearest origin that may serve',
        notices: [],
        origins: [
          {
            origin: 'eu-central',
            measuredLoad: 400,
            expectedLoad: 400,
            capacity: 500,
            utilization: 0.8,
            headroom: 100,
            shadowPriceMs: 0,
            sentence: 'eu-central has room for 100/s more (400 of 500/s)',
            oneMore: 'one more connection per second of capacity at eu-central would save nothing now',
          },
          {
            origin: 'us-east',
            measuredLoad: 0,
            expectedLoad: 0,
            capacity: null,
            utilization: null,
            headroom: null,
            shadowPriceMs: 0,
            sentence: 'us-east gets 0/s and is not limited',
            oneMore: 'the capacity of us-east is not limited',
          },
        ],
        limits: [],
        edges: [
          {
            edge: 'ams-1',
            demand: 400,
            sentence: 'all of ams-1 goes to eu-central (8.2 ms)',
            meanRttMs: 8.2,
            nearestRttMs: 8.2,
            shares: [
              { origin: 'eu-central', share: 1, previousShare: 1, changePoints: 0, reason: 'held', rttMs: 8.2 },
              { origin: 'us-east', share: 0, previousShare: 0, changePoints: 0, reason: 'held', rttMs: 82.7 },
            ],
            bindingConstraints: [],
          },
        ],
      },
    ],
    notices: [],
  },
};

export const UNKNOWN_NAMES: Refusal = {
  code: 'invalid-resource',
  detail: 'there is no origin "mars"; there is no edge "moon-1"',
  instance: '/v1/what-if',
  errors: [
    { pointer: '/origins/0/origin', code: 'unknown-origin', detail: 'there is no origin "mars"' },
    { pointer: '/rtts/0/edge', code: 'unknown-edge', detail: 'there is no edge "moon-1"' },
  ],
};

export const NO_CYCLE_YET: Refusal = {
  code: 'unavailable',
  detail: 'no cycle has run yet; ask again when one has',
  instance: '/v1/what-if',
  retryAfterSeconds: 15,
};

export const BUSY: Refusal = {
  code: 'busy',
  detail: 'another question is being answered; ask again',
  instance: '/v1/what-if',
  retryAfterSeconds: 1,
};
