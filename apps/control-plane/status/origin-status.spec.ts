import { describe, expect, it } from 'vitest';
import type { Origin } from '#core/model/origin.js';
import type { Notice, OriginOutlook } from '#core/plan/plan.js';
import { anOrigin } from '#testkit/model-builders.js';
import { originStatus } from './origin-status.js';

const utilization = { query: 'avg(busy)' };

function statusOf(
  overrides: Partial<Omit<Origin, 'name'>>,
  outlook: Partial<OriginOutlook>,
  notices: readonly Notice[] = [],
): ReturnType<typeof originStatus> {
  const origin = anOrigin('east', overrides);
  const seen = { origin: origin.name, capacity: null, measuredLoad: 0, expectedLoad: 0, shadowPriceMs: 0, ...outlook };
  return originStatus(origin, { origins: [seen], notices });
}

describe('originStatus', () => {
  it('tells load, capacity and price of the plan in force', () => {
    const capacity = { rate: 200, connections: 900 };
    expect(statusOf({ capacity }, { capacity: 100, measuredLoad: 80, expectedLoad: 90, shadowPriceMs: 12 })).toEqual({
      origin: 'east',
      capacity: 100,
      capacitySource: 'declared',
      connectionCapacity: 900,
      load: 80,
      expectedLoad: 90,
      utilization: 0.8,
      headroom: 20,
      shadowPriceMs: 12,
      drain: null,
    });
  });

  it('leaves no headroom above the capacity, and has no utilisation of none', () => {
    expect(statusOf({}, { capacity: 100, measuredLoad: 150 })).toMatchObject({ utilization: 1.5, headroom: 0 });
    expect(statusOf({}, { capacity: 0, measuredLoad: 1 })).toMatchObject({ utilization: null, headroom: 0 });
  });

  it.each<[string, Partial<Omit<Origin, 'name'>>, number | null, readonly Notice[], string]>([
    ['declared', { capacity: { rate: 100 } }, 100, [], 'declared'],
    ['zero, declared', { capacity: { rate: 0 } }, 0, [], 'declared'],
    ['in open connections', { capacity: { connections: 500 } }, 50, [], 'declared'],
    ['none', {}, null, [], 'unlimited'],
    ['learnt', { utilization }, 80, [], 'learnt'],
    [
      'not learnt yet',
      { utilization },
      null,
      [{ code: 'capacity-unknown', origins: [anOrigin('east').name] }],
      'unlimited',
    ],
    [
      'not learnt yet, but limited in open connections',
      { utilization, capacity: { connections: 500 } },
      50,
      [{ code: 'capacity-unknown', origins: [anOrigin('east').name] }],
      'declared',
    ],
    [
      'learnt, while that of another is not',
      { utilization },
      80,
      [{ code: 'capacity-unknown', origins: [anOrigin('west').name] }],
      'learnt',
    ],
  ])('says where a capacity comes from: %s', (_, origin, capacity, notices, source) => {
    expect(statusOf(origin, { capacity }, notices)).toMatchObject({ capacity, capacitySource: source });
  });

  it('tells of an origin that no plan has seen what was declared, and no price', () => {
    const east = anOrigin('east', { capacity: { rate: 0 } });
    for (const plan of [null, { origins: [], notices: [] }]) {
      expect(originStatus(east, plan)).toMatchObject({
        capacity: 0,
        load: 0,
        capacitySource: 'declared',
        shadowPriceMs: null,
      });
    }
    expect(originStatus(anOrigin('east'), null)).toMatchObject({ capacity: null, capacitySource: 'unlimited' });
  });
});
