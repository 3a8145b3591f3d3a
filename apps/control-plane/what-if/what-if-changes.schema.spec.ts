import { describe, expect, it } from 'vitest';
import { parseOrRefuse } from '../http/parse.js';
import { whatIfChangesSchema } from './what-if-changes.schema.js';

const parse = (changes: object) => parseOrRefuse(whatIfChangesSchema, changes);

describe('whatIfChangesSchema', () => {
  it.each([
    ['nothing', {}],
    ['a part of a policy', { loadBalancers: [{ loadBalancer: 'shop', policy: { targetUtilizationPercent: 60 } }] }],
    ['a part of a reference', { loadBalancers: [{ loadBalancer: 'shop', references: [{ origin: 'eu', tier: 0 }] }] }],
    ['one figure of an origin', { origins: [{ origin: 'eu', capacityRate: 0 }] }],
  ])('fills nothing in: %s', (_, changes) => {
    expect(parse(changes)).toEqual(changes);
  });

  it('gives an origin that joins what it would have by default', () => {
    const loadBalancers = [{ loadBalancer: 'shop', addedOrigins: [{ origin: 'eu' }] }];
    expect(parse({ loadBalancers })).toEqual({
      loadBalancers: [{ loadBalancer: 'shop', addedOrigins: [{ origin: 'eu', dialPercent: 100, tier: 0 }] }],
    });
  });

  it('tells lifting a limit from leaving it', () => {
    const changes = {
      origins: [{ origin: 'eu', capacityRate: null }],
      loadBalancers: [{ loadBalancer: 'shop', references: [{ origin: 'eu', maxRate: null }] }],
    };
    expect(parse(changes)).toEqual(changes);
  });

  it('takes a demand as a factor or as a rate, not as both', () => {
    const demand = [
      { change: { type: 'factor', factor: 0 } },
      { loadBalancer: 'shop', edge: 'ams-1', change: { type: 'rate', ratePerSecond: 500 } },
    ];
    expect(parse({ demand })).toEqual({ demand });
    expect(() => parse({ demand: [{ change: { type: 'factor', ratePerSecond: 5 } }] })).toThrow('/demand/0/change');
  });
});
