import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidyShares } from './tidy-shares.js';

describe('tidy shares', () => {
  it.each([
    { case: 'are what they were', shares: [0.25, 0.75], tidy: [0.25, 0.75] },
    { case: 'are told to a millionth', shares: [0.250_000_4, 0.749_999_6], tidy: [0.25, 0.75] },
    { case: 'leave out the dust of the solver', shares: [-1e-12, 1 + 1e-12], tidy: [0, 1] },
    {
      case: 'sum to 1, what is left going to the largest',
      shares: [1 / 3, 1 / 3, 1 / 3],
      tidy: [0.333_334, 0.333_333, 0.333_333],
    },
    { case: 'are not mended where too much is missing', shares: [0.3, 0.3], tidy: [0.3, 0.3] },
    { case: 'are not mended where there is too much', shares: [1, 1], tidy: [1, 1] },
    { case: 'are not mended where nothing is served', shares: [0, 0], tidy: [0, 0] },
    { case: 'of nobody are none', shares: [], tidy: [] },
  ])('$case', ({ shares, tidy }) => {
    expect(tidyShares(shares)).toEqual(tidy);
  });

  it('leave what is no number for the guard to find', () => {
    expect(tidyShares([Number.NaN, 1])).toEqual([Number.NaN, 1]);
  });

  it('sum to 1 to the last bit that JSON tells, and are as near as a millionth each allows', () => {
    const parts = fc.array(fc.integer({ min: 0, max: 1_000_000_007 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(parts, (given) => {
        const whole = given.reduce((sum, part) => sum + part, 0);
        fc.pre(whole > 0);
        const shares = given.map((part) => part / whole);
        const tidy = tidyShares(shares);
        expect(tidy.reduce((sum, share) => sum + Math.round(share * 1e6), 0)).toBe(1e6);
        tidy.forEach((share, index) => {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(Math.abs(share - shares[index]!)).toBeLessThanOrEqual(0.5e-6 * shares.length + 1e-12);
        });
      }),
      { numRuns: 1_000, seed: 20_260_101 },
    );
  });
});
