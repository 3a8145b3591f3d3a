import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadBands, originBands, routeBands, settledLimit } from './bands.js';
import {
  BEYOND_SOFT_LATENCY_COST_MS,
  BEYOND_STRICT_LATENCY_COST_MS,
  EXTREME_OVERLOAD_COST_MS,
  MAX_RTT_COST_MS,
  OVER_LIMIT_COST_MS,
  OVERLOAD_STEPS,
  TIER_COST_MS,
} from './costs.js';
import type { Band } from './problem.js';

function expectConvexAndEndless(bands: readonly Band[]): void {
  bands.slice(1).forEach((band, index) => {
    expect(band.costMs).toBeGreaterThan(bands[index]!.costMs);
  });
  expect(bands.map((band) => band.width).indexOf(null)).toBe(bands.length - 1);
  for (const { width } of bands.slice(0, -1)) expect(width).toBeGreaterThan(0);
}

describe('bands', () => {
  it('of a limited origin grow dearer, and the last one has no end', () => {
    const capacity = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -300, max: 700 }).map((power) => 10 ** (power / 100)),
    );
    const target = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(capacity, target, (rate, fraction) => {
        expectConvexAndEndless(originBands(rate, fraction, 10));
      }),
    );
  });

  it('of an origin: free to the target, a little dearer to the capacity, then overload', () => {
    expect(originBands(100, 0.8, 10).slice(0, 3)).toEqual([
      { width: 80, costMs: 0 },
      { width: expect.closeTo(20, 9) as number, costMs: 10 },
      { width: expect.closeTo(5, 9) as number, costMs: 15_000 },
    ]);
  });

  it('of an origin with no capacity leave nothing but overload', () => {
    expect(originBands(0, 0.8, 10)).toEqual([{ width: null, costMs: EXTREME_OVERLOAD_COST_MS }]);
  });

  it('of a load that rests near its limits start from where it rests', () => {
    expect(loadBands({ capacity: 100, target: 82, full: 103 }, 10).slice(0, 4)).toEqual([
      { width: 82, costMs: 0 },
      { width: 21, costMs: 10 },
      { width: expect.closeTo(2, 9) as number, costMs: 15_000 },
      { width: expect.closeTo(5, 9) as number, costMs: 18_000 },
    ]);
  });

  it('of open connections cost in proportion to how long one stays', () => {
    const perSecond = loadBands({ capacity: 100, target: 80, full: 100 }, 10);
    const perConnection = loadBands({ capacity: 100, target: 80, full: 100 }, 10, 1 / 30);
    expect(perConnection.map(({ width }) => width)).toEqual(perSecond.map(({ width }) => width));
    perConnection.forEach(({ costMs }, index) => {
      expect(30 * costMs).toBeCloseTo(perSecond[index]!.costMs, 6);
    });
  });

  it('of what has no limit are none', () => {
    expect(originBands(null, 0.8, 10)).toEqual([]);
    expect(routeBands(null)).toEqual([]);
  });

  it('of a limited route are free to the limit, and then dearer than any overload', () => {
    for (const limit of [0, 0.5, 100]) expectConvexAndEndless(routeBands(limit));
    expect(routeBands(0)).toEqual([{ width: null, costMs: OVER_LIMIT_COST_MS }]);
  });
});

describe('the limit to reckon with', () => {
  it.each([
    { case: 'far below', load: 50, noise: 0, limit: 98.5 },
    { case: 'as good as there', load: 97.1, noise: 0, limit: 97.1 },
    { case: 'hardly below', load: 96.9, noise: 0, limit: 98.5 },
    { case: 'there', load: 100, noise: 0, limit: 100 },
    { case: 'above', load: 100.1, noise: 0, limit: 98.5 },
    { case: 'far below, and noisy', load: 50, noise: 3, limit: 97 },
    { case: 'below within the noise', load: 94, noise: 3, limit: 94 },
    { case: 'above within half the noise', load: 101.4, noise: 3, limit: 101.4 },
    { case: 'above half the noise', load: 101.6, noise: 3, limit: 97 },
    { case: 'far below, and hardly known', load: 50, noise: 1_000, limit: 95 },
    { case: 'above, and hardly known', load: 105, noise: 1_000, limit: 105 },
    { case: 'far above, and hardly known', load: 106, noise: 1_000, limit: 95 },
  ])('of 100 for a load $case ($load, noise $noise) is $limit', ({ load, noise, limit }) => {
    expect(settledLimit(100, load, noise)).toBeCloseTo(limit, 9);
  });

  it.each([0, 1, 1e6])('of none is none, whatever the load: %d', (load) => {
    expect(settledLimit(0, load, 5)).toBe(0);
  });

  it('is always near the limit, and once it is reached it stays', () => {
    const magnitude = fc.integer({ min: -300, max: 900 }).map((power) => 10 ** (power / 100));
    const part = fc.integer({ min: 0, max: 150 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(magnitude, part, part, (limit, loadPart, noisePart) => {
        const [load, noise] = [loadPart * limit, noisePart * limit];
        const settled = settledLimit(limit, load, noise);
        expect(settled).toBeGreaterThanOrEqual(limit * 0.9);
        expect(settled).toBeLessThanOrEqual(limit * 1.05);
        expect(settledLimit(limit, settled, noise)).toBe(settled);
      }),
      { numRuns: 1_000, seed: 20_260_101 },
    );
  });
});

describe('costs', () => {
  /** The highest that the API accepts. */
  const HIGHEST_TIER = 5;

  it('outweigh, in the order of the policy, everything before them', () => {
    const steps = [
      { cost: TIER_COST_MS, all: MAX_RTT_COST_MS },
      { cost: BEYOND_SOFT_LATENCY_COST_MS, all: MAX_RTT_COST_MS + HIGHEST_TIER * TIER_COST_MS },
      {
        cost: OVERLOAD_STEPS[0]!.costMs,
        all: MAX_RTT_COST_MS + HIGHEST_TIER * TIER_COST_MS + BEYOND_SOFT_LATENCY_COST_MS,
      },
      {
        cost: OVER_LIMIT_COST_MS,
        all: MAX_RTT_COST_MS + HIGHEST_TIER * TIER_COST_MS + BEYOND_SOFT_LATENCY_COST_MS + EXTREME_OVERLOAD_COST_MS,
      },
      {
        cost: BEYOND_STRICT_LATENCY_COST_MS,
        all: MAX_RTT_COST_MS + HIGHEST_TIER * TIER_COST_MS + OVER_LIMIT_COST_MS + EXTREME_OVERLOAD_COST_MS,
      },
    ];
    for (const { cost, all } of steps) expect(cost).toBeGreaterThanOrEqual(all);
  });
});
