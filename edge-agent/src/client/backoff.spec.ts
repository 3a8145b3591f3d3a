import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [5, 8_000],
    [6, 15_000],
    [5_000, 15_000],
  ])('after %i failures is anything up to %i ms', (failures, ceilingMs) => {
    expect(backoffMs(failures, () => 0)).toBe(0);
    expect(backoffMs(failures, () => 0.5)).toBe(ceilingMs / 2);
    expect(backoffMs(failures, () => 0.999)).toBeLessThan(ceilingMs);
  });
  it('is anything from nothing to a bound that only grows, for ever', () => {
    const luck = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), luck, (failures, random) => {
        const delayMs = backoffMs(failures, () => random);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThan(15_000);
        expect(backoffMs(failures + 1, () => random)).toBeGreaterThanOrEqual(delayMs);
      }),
    );
  });
});
