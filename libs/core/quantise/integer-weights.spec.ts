import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../model/load-balancer.js';
import { integerWeights } from './integer-weights.js';

const distributions: readonly Distribution[] = [
  'maglev-5-tuple',
  'maglev-source-ip',
  'weighted-round-robin',
  'weighted-least-connection',
];
const parts = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: -600, max: 0 }).map((power) => 10 ** (power / 100)),
  ),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('integerWeights', () => {
  it.each([
    { fractions: [0.9, 0.1], weights: [9, 1] },
    { fractions: [0.903, 0.097], weights: [9, 1] },
    { fractions: [0.5, 0.5], weights: [1, 1] },
    { fractions: [1, 0], weights: [1, 0] },
    { fractions: [0.02, 0.98], weights: [1, 40] },
    { fractions: [0.2, 0.3, 0.5], weights: [2, 3, 5] },
    { fractions: [0.999, 0.001], weights: [1, 0] },
    { fractions: [0, 0], weights: [0, 0] },
    { fractions: [], weights: [] },
  ])('tells round-robin $fractions as $weights, so that it interleaves', ({ fractions, weights }) => {
    expect(integerWeights(fractions, 'weighted-round-robin')).toEqual(weights);
  });

  it('stays coarse for round-robin when an origin that was taken out leaves a gap', () => {
    expect(integerWeights([0.45, 0.05, 0], 'weighted-round-robin')).toEqual([9, 1, 0]);
  });

  it('tells the others in thousandths', () => {
    for (const distribution of distributions.filter((each) => each !== 'weighted-round-robin')) {
      expect(integerWeights([0.903, 0.097], distribution)).toEqual([903, 97]);
    }
  });

  it('gives integers in the order of the parts, near enough, and 0 for 0', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom(...distributions), (given, distribution) => {
        const weights = integerWeights(given, distribution);
        const [whole, total] = [sum(given), sum(weights)];
        expect(total > 0).toBe(whole > 0);
        const tolerance = distribution === 'weighted-round-robin' ? 0.005 : 0.001;
        given.forEach((part, index) => {
          const weight = weights[index]!;
          expect(Number.isInteger(weight) && weight >= 0).toBe(true);
          if (part === 0) expect(weight).toBe(0);
          if (whole > 0) expect(Math.abs(weight / total - part / whole)).toBeLessThanOrEqual(tolerance + 1e-9);
          given.forEach((other, otherIndex) => {
            if (part > other) expect(weight).toBeGreaterThanOrEqual(weights[otherIndex]!);
          });
        });
      }),
      { numRuns: 1_000, seed: 20_260_101 },
    );
  });

  it('finds the smallest total that is close enough for round-robin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (thousandths) => {
        const fraction = thousandths / 1_000;
        const [weight, other] = integerWeights([fraction, 1 - fraction], 'weighted-round-robin') as [number, number];
        for (let total = 1; total < weight + other; total += 1) {
          expect(Math.abs(Math.round(fraction * total) / total - fraction)).toBeGreaterThan(0.005 - 1e-12);
        }
      }),
    );
  });
});
