import { describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { countersOf, isLaidOutAs, layoutOf, rearrangement } from './report-layout.js';

/** A report of `[load balancer, connections, { origin: connections }]`. */
function report(
  ...balancers: readonly [name: string, connections: number, origins: Record<string, number>][]
): AgentReport {
  return {
    version: 1,
    edge: 'fra-1',
    agentVersion: '0.1.0',
    instance: 'first',
    sequence: 1,
    monotonicMs: 0,
    applied: null,
    dataPlane: 'ipvs',
    loadBalancers: balancers.map(([name, connections, origins]) => ({
      name,
      connections,
      origins: Object.entries(origins).map(([origin, sent]) => ({
        origin,
        connections: sent,
        rttMs: null,
        endpoints: [],
      })),
    })),
    errors: [],
  };
}

const before = report(['shop', 9, { 'us-west': 5, 'eu-central': 4 }], ['api', 7, { 'us-west': 7 }]);

describe('layoutOf', () => {
  it('orders load balancers and origins by name, and knows where the report has them', () => {
    expect(layoutOf(before)).toEqual({
      loadBalancers: [
        { loadBalancer: 'api', at: 1, counter: 3, origins: [{ origin: 'us-west', at: 0, counter: 4 }] },
        {
          loadBalancer: 'shop',
          at: 0,
          counter: 0,
          origins: [
            { origin: 'eu-central', at: 1, counter: 2 },
            { origin: 'us-west', at: 0, counter: 1 },
          ],
        },
      ],
      counterCount: 5,
    });
    expect([...countersOf(before, layoutOf(before))]).toEqual([9, 5, 4, 7, 7]);
  });
});

describe('isLaidOutAs', () => {
  it.each<[string, AgentReport, boolean]>([
    [
      'the same with other figures',
      report(['shop', 1, { 'us-west': 1, 'eu-central': 0 }], ['api', 0, { 'us-west': 0 }]),
      true,
    ],
    ['another order', report(['api', 7, { 'us-west': 7 }], ['shop', 9, { 'us-west': 5, 'eu-central': 4 }]), false],
    [
      'another order of origins',
      report(['shop', 9, { 'eu-central': 4, 'us-west': 5 }], ['api', 7, { 'us-west': 7 }]),
      false,
    ],
    ['a load balancer less', report(['shop', 9, { 'us-west': 5, 'eu-central': 4 }]), false],
    [
      'a load balancer more',
      report(['shop', 9, { 'us-west': 5, 'eu-central': 4 }], ['api', 7, { 'us-west': 7 }], ['web', 0, {}]),
      false,
    ],
    ['an origin less', report(['shop', 9, { 'us-west': 5 }], ['api', 7, { 'us-west': 7 }]), false],
    [
      'an origin more',
      report(['shop', 9, { 'us-west': 5, 'eu-central': 4, asia: 0 }], ['api', 7, { 'us-west': 7 }]),
      false,
    ],
    ['nothing', report(), false],
  ])('tells of %s', (_, other, expected) => {
    expect(isLaidOutAs(other, layoutOf(before))).toBe(expected);
  });
});

describe('rearrangement', () => {
  it('takes counters along by name, knows nothing of new ones, and drops what is gone', () => {
    const after = report(['web', 0, { 'us-west': 0 }], ['shop', 0, { asia: 0, 'eu-central': 0 }]);
    const rearrange = rearrangement(layoutOf(before), layoutOf(after));
    expect([...rearrange(countersOf(before, layoutOf(before)))]).toEqual([NaN, NaN, 9, NaN, 4]);
  });
});
