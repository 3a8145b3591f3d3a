import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile } from './load-window.js';

describe('percentile', () => {
  it.each([
    [50, 2],
    [51, 3],
    [99, 4],
    [100, 4],
    [0, 1],
  ])('%i %% of 4, 1, 3, 2 is %i', (percent, expected) => {
    expect(percentile([4, 1, 3, 2], percent)).toBe(expected);
  });

  it('has nothing to say of nothing', () => {
    expect(percentile([], 50)).toBeNull();
  });

  it('is at least as large as that part of the values', () => {
    const values = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (sample, percent) => {
        const found = percentile(sample, percent)!;
        expect(sample.filter((value) => value <= found).length).toBeGreaterThanOrEqual((sample.length * percent) / 100);
        expect(sample.filter((value) => value < found).length).toBeLessThan((sample.length * percent) / 100);
      }),
    );
  });
});
