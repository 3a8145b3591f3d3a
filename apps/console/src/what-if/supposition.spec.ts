import { describe, expect, it } from 'vitest';
import { AS_IT_IS, changesOf, supposedFlows } from './supposition.js';

const CAPACITIES = new Map([['near', 200]]);

describe('changesOf', () => {
  it('asks nothing where all is as it is', () => {
    expect(changesOf(AS_IT_IS, CAPACITIES)).toBeNull();
    expect(changesOf({ ...AS_IT_IS, capacityFactors: new Map([['near', 1]]) }, CAPACITIES)).toBeNull();
  });

  it('asks for other capacities, drained origins and more demand at once', () => {
    const supposition = { demandFactor: 1.5, capacityFactors: new Map([['near', 2]]), drained: new Set(['far']) };
    expect(changesOf(supposition, CAPACITIES)).toEqual({
      origins: [
        { origin: 'far', state: 'draining' },
        { origin: 'near', capacityRate: 400 },
      ],
      demand: [{ change: { type: 'factor', factor: 1.5 } }],
    });
  });

  it('scales no capacity that is not there', () => {
    expect(changesOf({ ...AS_IT_IS, capacityFactors: new Map([['far', 2]]) }, CAPACITIES)).toBeNull();
  });
});

describe('supposedFlows', () => {
  const pair = (edge: string, demand: number, near: number) => ({
    loadBalancer: 'shop',
    edge,
    isChanged: true,
    demand: { before: 0, after: demand },
    meanRttMs: { before: null, after: null },
    shares: [
      { origin: 'near', before: 1, after: near },
      { origin: 'far', before: 0, after: 1 - near },
    ],
    cyclesAtDampedPace: 1,
  });

  it('sums what would flow, and tells small ones together', () => {
    const flows = supposedFlows({ pairs: [pair('ams', 100, 0.75), pair('fra', 10, 1), pair('lon', 10, 1)] }, 1);
    expect(flows).toEqual([
      { edge: 'ams', origin: 'near', rate: 75, meanRttMs: null },
      { edge: 'ams', origin: null, rate: 25, meanRttMs: null },
      { edge: null, origin: 'near', rate: 20, meanRttMs: null },
    ]);
  });
});
