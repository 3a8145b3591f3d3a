import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anOrigin } from '#testkit/model-builders.js';
import { originName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import { estimateOrigin, learnRate } from './capacity.js';
import type { LearntRate } from './estimate.js';

const asked = anOrigin('near', { utilization: { query: 'busy' } });
const learnt = (wholeRate: number): LearntRate => ({ origin: originName('near'), wholeRate });

describe('what an origin can take', () => {
  it.each<{
    readonly case: string;
    readonly origin: Origin;
    readonly healthy?: number;
    readonly known?: LearntRate;
    readonly rates: readonly [wholeRate: number | null, rate: number | null, connections: number | null];
  }>([
    { case: 'is unlimited when nothing is declared', origin: anOrigin('near'), rates: [null, null, null] },
    { case: 'is what is declared', origin: anOrigin('near', { capacity: { rate: 400 } }), rates: [400, 400, null] },
    {
      case: 'shrinks with the healthy part, its connections too',
      origin: anOrigin('near', { capacity: { rate: 400, connections: 60 } }),
      healthy: 0.25,
      rates: [400, 100, 15],
    },
    {
      case: 'is nothing where nothing is declared as nothing',
      origin: anOrigin('near', { capacity: { rate: 0, connections: 0 } }),
      rates: [0, 0, 0],
    },
    {
      case: 'is nothing while no endpoint is healthy',
      origin: anOrigin('near', { capacity: { rate: 400 } }),
      healthy: 0,
      rates: [400, 0, null],
    },
    { case: 'is unlimited until it is learnt', origin: asked, rates: [null, null, null] },
    { case: 'is what was learnt', origin: asked, known: learnt(300), healthy: 0.5, rates: [300, 150, null] },
    {
      case: 'is what is declared, even if something was learnt',
      origin: { ...asked, capacity: { rate: 400 } },
      known: learnt(300),
      rates: [400, 400, null],
    },
  ])('$case', ({ origin, healthy = 1, known = null, rates }) => {
    const { wholeRate, rate, connections } = estimateOrigin(origin, healthy, null, known);
    expect([wholeRate, rate, connections]).toEqual(rates);
  });
});

describe('a capacity', () => {
  it.each<{
    readonly case: string;
    readonly known?: number;
    readonly utilization?: number;
    readonly load?: number | null;
    readonly healthy?: number;
    readonly becomes: number | null;
  }>([
    { case: 'is first taken as it is seen', utilization: 0.5, load: 100, becomes: 200 },
    { case: 'counts every endpoint, also the dead ones', utilization: 0.5, load: 100, healthy: 0.5, becomes: 400 },
    { case: 'is believed soon when it is less', known: 400, utilization: 0.5, load: 100, becomes: 340 },
    { case: 'is believed late when it is more', known: 100, utilization: 0.5, load: 100, becomes: 110 },
    { case: 'is learnt from an overload, too', utilization: 2, load: 100, becomes: 50 },
    { case: 'stays while nothing says how busy it is', known: 400, load: 100, becomes: 400 },
    { case: 'stays while no load is measured', known: 400, utilization: 0.5, load: null, becomes: 400 },
    { case: 'stays while it is nearly idle', known: 400, utilization: 0.05, load: 100, becomes: 400 },
    { case: 'stays at a utilisation of 0', known: 400, utilization: 0, load: 100, becomes: 400 },
    { case: 'stays at a load of 0', known: 400, utilization: 0.5, load: 0, becomes: 400 },
    { case: 'stays at a load of next to nothing', known: 400, utilization: 0.5, load: 0.5, becomes: 400 },
    { case: 'stays at a utilisation that is absurd', known: 400, utilization: 1e6, load: 100, becomes: 400 },
    { case: 'stays at a utilisation that is negative', known: 400, utilization: -0.5, load: 100, becomes: 400 },
    { case: 'stays at a utilisation that is no number', known: 400, utilization: Number.NaN, load: 100, becomes: 400 },
    { case: 'stays at one that is stored as none', known: 400, utilization: null as never, load: 100, becomes: 400 },
    { case: 'stays while nothing is healthy', known: 400, utilization: 0.5, load: 100, healthy: 0, becomes: 400 },
    { case: 'is unknown until something tells', load: 100, becomes: null },
  ])('$case', ({ known, utilization, load = null, healthy = 1, becomes }) => {
    const before = known === undefined ? null : learnt(known);
    const after = learnRate(asked, before, utilization, load, healthy);
    expect(after?.wholeRate ?? null).toEqual(becomes === null ? null : expect.closeTo(becomes, 9));
  });

  it('is forgotten when operators stop asking for it', () => {
    expect(learnRate(anOrigin('near'), learnt(400), 0.5, 100, 1)).toBeNull();
  });

  it('comes to what is seen when that stays, and is always between', () => {
    const rate = fc.integer({ min: 0, max: 600 }).map((power) => 10 ** (power / 100));
    const utilizations = fc.integer({ min: 10, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(rate, rate, utilizations, (known, load, utilization) => {
        const seen = load / utilization;
        let current: LearntRate | null = learnt(known);
        for (let cycle = 0; cycle < 200; cycle += 1) {
          current = learnRate(asked, current, utilization, load, 1)!;
          expect(current.wholeRate).toBeGreaterThanOrEqual(Math.min(known, seen) * (1 - 1e-9));
          expect(current.wholeRate).toBeLessThanOrEqual(Math.max(known, seen) * (1 + 1e-9));
        }
        expect(current.wholeRate / seen).toBeCloseTo(1, 2);
      }),
      { seed: 20_260_101, numRuns: 50 },
    );
  });
});
