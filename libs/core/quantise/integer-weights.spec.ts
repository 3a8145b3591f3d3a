import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../model/load-balancer.js';
import { integerWeights } from './integer-weights.js';

type Parts = readonly (readonly number[])[];

const HASHING: readonly Distribution[] = ['maglev-5-tuple', 'maglev-source-ip'];
const DISTRIBUTIONS: readonly Distribution[] = [...HASHING, 'weighted-round-robin', 'weighted-least-connection'];

/** Half a slot of a hash table of 4,093. */
const HALF_A_SLOT = 1 / 8_186;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const sums = (parts: Parts): readonly number[] => parts.map(sum);
const fractions = (parts: Parts): Parts => {
  const whole = sum(sums(parts));
  return parts.map((endpoints) => endpoints.map((part) => part / whole));
};
const repeat = (count: number, part: number): readonly number[] => Array.from({ length: count }, () => part);
/** Origins of one endpoint each. */
const single = (...parts: readonly number[]): Parts => parts.map((part) => [part]);

const runs = { numRuns: 100, seed: 20_260_101 };
const part = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -600, max: 0 }).map((power) => 10 ** (power / 100)),
);
/** Origins with shares of any size, and endpoints with weights of any size. */
const world: fc.Arbitrary<Parts> = fc
  .array(
    fc
      .tuple(
        part,
        fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 65_535 })), { minLength: 1, maxLength: 12 }),
      )
      .map(([share, weights]) => weights.map((weight) => (share * weight) / Math.max(1, sum(weights)))),
    { minLength: 1, maxLength: 8 },
  )
  .filter((parts) => sum(parts.flat()) > 0);

/** What Linux 6.1 makes of weights for `mh`: turns of each server, by `ip_vs_mh_shift_weight` and `ip_vs_mh_permutate`. */
function kernelTurns(weights: readonly number[]): readonly number[] {
  const divisor = weights.reduce((one, other) => {
    let [left, right] = [one, other];
    while (right > 0) [left, right] = [right, left % right];
    return left;
  }, 0);
  const shift = Math.max(0, 32 - Math.clz32(Math.max(...weights) / divisor) - 6);
  return weights.map((weight) => (weight / divisor) >> shift || (weight > 0 ? 1 : 0));
}

/** By how much the given differ from the wanted, at most. */
function worstDifference(wanted: readonly number[], given: readonly number[]): number {
  return Math.max(...wanted.map((fraction, index) => Math.abs(given[index]! - fraction)));
}

describe('integerWeights', () => {
  it('gives integers that the kernel takes, 0 for 0, and not all 0', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...DISTRIBUTIONS), fc.nat(), (parts, distribution, turn) => {
        const weights = integerWeights(parts, distribution, turn);
        expect(weights.map(({ length }) => length)).toEqual(parts.map(({ length }) => length));
        expect(weights.flat().every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 65_535)).toBe(
          true,
        );
        expect(sum(weights.flat())).toBeGreaterThan(0);
        const wanted = parts.flat();
        expect(weights.flat().filter((weight, index) => weight > 0 && wanted[index] === 0)).toEqual([]);
      }),
      runs,
    );
  });

  it.each(DISTRIBUTIONS)('gives nobody anything when nobody should serve (%s)', (distribution) => {
    expect(integerWeights([[0, 0], [0]], distribution)).toEqual([[0, 0], [0]]);
    expect(integerWeights([], distribution)).toEqual([]);
  });

  it.each(['weighted-round-robin', 'weighted-least-connection'] as const)(
    'gives with %s each origin and endpoint its part within half a point, and something to whoever is due half a slot',
    (distribution) => {
      fc.assert(
        fc.property(world, fc.nat(), (parts, turn) => {
          const [wanted, given] = [fractions(parts), fractions(integerWeights(parts, distribution, turn))];
          expect(worstDifference(sums(wanted), sums(given))).toBeLessThanOrEqual(0.005 + 1e-9);
          expect(worstDifference(wanted.flat(), given.flat())).toBeLessThanOrEqual(0.005 + 1e-9);
          const received = given.flat();
          const forgotten = wanted.flat().filter((due, index) => due >= HALF_A_SLOT && received[index] === 0);
          expect(forgotten).toEqual([]);
        }),
        runs,
      );
    },
  );
});

describe('weights for hashing', () => {
  it('are taken by the kernel as they are', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...HASHING), fc.nat(), (parts, distribution, turn) => {
        const weights = integerWeights(parts, distribution, turn).flat();
        expect(Math.max(...weights)).toBeLessThanOrEqual(63);
        const turns = kernelTurns(weights);
        const parted = (numbers: readonly number[]) => numbers.map((number) => number / sum(numbers));
        expect(worstDifference(parted(weights), parted(turns))).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  it('would be changed by the kernel if they were finer', () => {
    expect(kernelTurns([961, 39])).toEqual([60, 2]);
    const thousandths = kernelTurns([980, ...repeat(20, 1)]);
    expect(1 - thousandths[0]! / sum(thousandths)).toBeCloseTo(0.247, 3);
  });

  it('give each origin its part within a point', () => {
    fc.assert(
      fc.property(world, fc.nat(), (parts, turn) => {
        const given = sums(fractions(integerWeights(parts, 'maglev-5-tuple', turn)));
        expect(worstDifference(sums(fractions(parts)), given)).toBeLessThanOrEqual(0.01);
      }),
      runs,
    );
  });

  it('are within half a point where no endpoint serves more than half', () => {
    fc.assert(
      fc.property(world, fc.nat(), (parts, turn) => {
        const wanted = fractions(parts);
        fc.pre(Math.max(...wanted.flat()) <= 0.5);
        const given = sums(fractions(integerWeights(parts, 'maglev-5-tuple', turn)));
        expect(worstDifference(sums(wanted), given)).toBeLessThanOrEqual(0.005 + 1e-9);
      }),
      runs,
    );
  });

  it('forget no endpoint that is due a sixtieth of what the heaviest serves', () => {
    fc.assert(
      fc.property(world, fc.nat(), (parts, turn) => {
        const heaviest = Math.max(...parts.flat());
        const weights = integerWeights(parts, 'maglev-5-tuple', turn).flat();
        const forgotten = parts.flat().filter((due, index) => due >= heaviest / 60 && weights[index] === 0);
        expect(forgotten).toEqual([]);
      }),
      runs,
    );
  });

  it.each<[string, Parts, Parts]>([
    ['one alone', single(0.3), single(63)],
    ['equals', single(0.5, 0.5), single(63, 63)],
    ['what divides', [[0.3, 0.1], [0.6]], [[30, 10], [60]]],
    ['a fiftieth', single(0.98, 0.02), single(49, 1)],
    ['a twenty-fifth', single(0.961, 0.039), single(49, 2)],
    ['too little to be told', single(0.9999, 0.0001), single(63, 0)],
    ['a fiftieth of twenty servers', [repeat(20, 0.049), repeat(20, 0.001)], [repeat(20, 49), repeat(20, 1)]],
  ])('tell %s', (_name, parts, expected) => {
    expect(integerWeights(parts, 'maglev-5-tuple')).toEqual(expected);
  });

  it('leave small shares of many endpoints to others at other sites', () => {
    const parts: Parts = [[0.98], repeat(40, 0.0005)];
    const chosen = (turn: number): readonly number[] =>
      integerWeights(parts, 'maglev-5-tuple', turn)[1]!.flatMap((weight, index) => (weight > 0 ? [index] : []));
    expect(chosen(0)).toHaveLength(1);
    expect(new Set(Array.from({ length: 40 }, (_, turn) => chosen(turn)).flat()).size).toBe(40);
  });
});

describe('weights for round robin', () => {
  it.each<[Parts, Parts]>([
    [single(0.9, 0.1), single(9, 1)],
    [single(0.903, 0.097), single(9, 1)],
    [single(0.5, 0.5), single(1, 1)],
    [single(1, 0), single(1, 0)],
    [single(0.02, 0.98), single(1, 39)],
    [single(0.2, 0.3, 0.5), single(2, 3, 5)],
    [single(0.999, 0.001), single(166, 1)],
    [single(0.99999, 0.00001), single(1, 0)],
    [single(0, 0), single(0, 0)],
    [[], []],
    [
      [[0.45], [0.05, 0]],
      [[9], [1, 0]],
    ],
    [
      [repeat(4, 0.245), repeat(4, 0.005)],
      [repeat(4, 39), repeat(4, 1)],
    ],
  ])('tell %j as %j, so that it interleaves', (parts, weights) => {
    expect(integerWeights(parts, 'weighted-round-robin')).toEqual(weights);
  });

  it('have the smallest total that is close enough, as long as it matters', () => {
    for (const thousandths of [1, 8, 15, 20, 33, 97, 141, 250, 333, 402, 499]) {
      const fraction = thousandths / 1_000;
      const weights = integerWeights(single(fraction, 1 - fraction), 'weighted-round-robin').flat();
      const smaller = Array.from({ length: Math.min(sum(weights), 128) - 1 }, (_, index) => index + 1);
      const closer = smaller.filter((total) => {
        const nearest = Math.max(1, Math.round(fraction * total));
        return total > nearest && Math.abs(nearest / total - fraction) < 0.005;
      });
      expect(closer, `${fraction}`).toEqual([]);
    }
  });
});

describe('weights for least connection', () => {
  it('are as fine as the kernel takes them', () => {
    expect(integerWeights(single(0.98, 0.02), 'weighted-least-connection')).toEqual(single(64_224, 1_311));
    expect(integerWeights([[0.98], repeat(40, 0.0005)], 'weighted-least-connection')[1]).toEqual(
      expect.arrayContaining([32, 33]),
    );
  });
});
