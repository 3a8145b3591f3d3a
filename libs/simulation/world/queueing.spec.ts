import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitMs } from './queueing.js';

describe('waitMs', () => {
  it.each([
    [0, 0],
    [0.8, 2],
    [0.9, 4.5],
    [1, 25],
    [2, 49.5],
    [1e9, 50],
    [Infinity, 50],
  ])('is, at a utilisation of %d, %d ms', (utilization, expected) => {
    expect(waitMs(utilization)).toBeCloseTo(expected, 1);
  });

  it('never falls as an origin fills, and has no jump', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), (utilization) => {
        const [wait, after] = [waitMs(utilization), waitMs(utilization + 1e-4)];
        expect(after - wait).toBeGreaterThanOrEqual(-1e-6);
        expect(after - wait).toBeLessThan(0.1);
      }),
    );
  });
});
