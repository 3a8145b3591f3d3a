import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originBands, routeBands } from './bands.js';
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
    const capacity = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e7, noNaN: true }));
    const target = fc.double({ min: 0, max: 1, noNaN: true });
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

  it('of what has no limit are none', () => {
    expect(originBands(null, 0.8, 10)).toEqual([]);
    expect(routeBands(null)).toEqual([]);
  });

  it('of a limited route are free to the limit, and then dearer than any overload', () => {
    for (const limit of [0, 0.5, 100]) expectConvexAndEndless(routeBands(limit));
    expect(routeBands(0)).toEqual([{ width: null, costMs: OVER_LIMIT_COST_MS }]);
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
