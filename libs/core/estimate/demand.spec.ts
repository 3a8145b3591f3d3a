import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { demandNoise, isUsableRate, smoothDemand } from './demand.js';
import type { SmoothedDemand } from './estimate.js';

/** Every estimate while these are measured, one a cycle. */
function followed(measured: readonly number[], known: SmoothedDemand | null = null): readonly SmoothedDemand[] {
  let last = known;
  return measured.map((rate) => (last = smoothDemand(last, rate, settings, false)));
}

const levels = (measured: readonly number[], known: SmoothedDemand | null = null): readonly number[] =>
  followed(measured, known).map(({ level }) => level);
const times = (count: number, rate: number): readonly number[] => Array.from({ length: count }, () => rate);
const even: SmoothedDemand = { level: 100, bias: 0, error: 0, samples: 20 };
const uneven: SmoothedDemand = { ...even, error: 5 };

/** Fractions in 0..1, the same for the same seed (a linear congruential generator: Numerical Recipes, 1992). */
function fractions(seed: number, count: number): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

const noisy = (seed: number, count: number, mean: number): readonly number[] =>
  fractions(seed, count).map((fraction) => mean * (0.8 + 0.4 * fraction));

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** What a level is after so many cycles of noise around 100. */
const afterNoise = (seed: number, count: number): SmoothedDemand => followed(noisy(seed, count, 100)).at(-1)!;

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a demand', () => {
  it.each([0, 0.01, 42, 1e9])('is taken as it is when first measured: %d', (rate) => {
    for (const isExtra of [false, true]) {
      expect(smoothDemand(null, rate, settings, isExtra)).toEqual({
        level: rate,
        bias: 0,
        error: expect.closeTo(0.05 * rate, 9) as number,
        samples: 1,
      });
    }
  });

  it('that stays as it is stays exactly so', () => {
    expect(new Set(levels(times(50, 123.4)))).toEqual(new Set([123.4]));
  });

  it.each([
    { case: 'tenfold', to: 1_000 },
    { case: 'double', to: 200 },
    { case: 'from nothing', from: 0, to: 50 },
  ])('that rises ($case) is followed by four fifths in one cycle and nearly all in two', ({ from = 100, to }) => {
    const [first, second] = levels([to, to], { ...even, level: from }) as [number, number];
    expect((first - from) / (to - from)).toBeGreaterThanOrEqual(0.8 - 1e-9);
    expect((second - from) / (to - from)).toBeGreaterThanOrEqual(0.95);
  });

  it('that falls is followed in about two fifths of the way a cycle', () => {
    const steps = levels(times(12, 100), { ...even, level: 1_000 });
    expect(steps[0]).toBeCloseTo(640, 6);
    expect(steps[1]).toBeCloseTo(424, 6);
    expect(steps[3]).toBeGreaterThan(200);
    expect(steps.at(-1)).toBeLessThan(120);
  });

  it.each([
    { case: 'one figure that dropped to nothing', dip: [0] },
    { case: 'a dip of three cycles', dip: [100, 100, 100] },
    { case: 'a lull of ten cycles', dip: times(10, 100) },
  ])('that comes back after $case is back within three cycles', ({ dip }) => {
    const known: SmoothedDemand = { ...even, level: 1_000 };
    expect(levels([...dip, 1_000, 1_000, 1_000], known).at(-1)).toBeGreaterThan(950);
  });

  it.each(SEEDS)('that is noisy and then tenfold is followed by two thirds in one cycle (noise %i)', (seed) => {
    const [first, second] = levels(noisy(seed + 100, 2, 1_000), afterNoise(seed, 60)) as [number, number];
    expect(first).toBeGreaterThan(100 + 900 * 0.6);
    expect(second).toBeGreaterThan(100 + 900 * 0.7);
  });

  it.each(SEEDS)('that goes up and down by a fifth is hardly followed at all (noise %i)', (seed) => {
    const measured = noisy(seed, 600, 100);
    const settled = levels(measured).slice(100);
    expect(deviation(settled)).toBeLessThan(deviation(measured) / 3);
    expect(Math.abs(mean(settled) - 100)).toBeLessThan(8);
  });

  it.each(SEEDS)('that drifts by a tenth within noise is followed in the end (noise %i)', (seed) => {
    const before = afterNoise(seed, 200);
    const after = levels(noisy(seed + 100, 200, 110), before).slice(100);
    expect(mean(after) - 100).toBeGreaterThan(6);
    expect(mean(after) - 110).toBeLessThan(8);
  });

  it('counts each of the first twenty measurements alike when it tells how noisy they are', () => {
    const [noises, samples] = [followed(times(30, 100)), (count: number) => Math.min(20, count)];
    noises.forEach(({ error, samples: told }, index) => {
      expect(told).toBe(samples(index + 1));
      if (index < 20) expect(error).toBeCloseTo(5 / (index + 1), 9);
    });
    expect(noises.at(-1)!.error).toBeCloseTo(0.25 * 0.95 ** 10, 9);
  });

  it.each([
    { case: 'four times the usual difference is noise', to: 120, level: 100 + 0.8 * 0.05 * 20 },
    { case: 'more than that is a change', to: 120.001, level: 100 + 0.8 * 20.001 },
    { case: 'as much less is noise', to: 80, level: 100 - 0.4 * 0.05 * 20 },
    { case: 'and less than that is a change', to: 79.999, level: 100 - 0.4 * 20.001 },
  ])('is told from noise by the size of a change: $case', ({ to, level }) => {
    expect(levels([to], uneven)[0]).toBeCloseTo(level, 9);
  });

  it('is told from noise by the lasting of a change', () => {
    // Of the mean size of differences 0.4 and less has gone one way: noise; 0.7: half the way from there to 1.
    const after = (bias: number) => levels([110], { ...uneven, bias })[0]! - 100;
    const [bias, error] = [5 * 0.6, 5 * 0.95 + 0.5];
    expect(after(0)).toBeCloseTo(0.8 * 0.05 * 10, 9);
    expect(after(-4)).toBeCloseTo(0.8 * 0.05 * 10, 9);
    expect(after(bias)).toBeCloseTo(0.8 * (((bias * 0.95 + 0.5) / error - 0.4) / 0.6) ** 2 * 10, 9);
    expect(levels(times(40, 110), uneven).at(-1)).toBeGreaterThan(109);
  });

  it('is always between what was measured, whatever was', () => {
    // By order of magnitude; an even spread of floating-point numbers would be all but 0.
    const rate = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -300, max: 900 }).map((power) => 10 ** (power / 100)),
      fc.integer({ min: 90, max: 110 }),
    );
    const rates = fc.array(rate, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(rates, (measured) => {
        for (const [index, { level, error }] of followed(measured).entries()) {
          const seen = measured.slice(0, index + 1);
          expect(level).toBeGreaterThanOrEqual(Math.min(...seen) * (1 - 1e-9));
          expect(level).toBeLessThanOrEqual(Math.max(...seen) * (1 + 1e-9));
          expect(error).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500, seed: 20_260_101 },
    );
  });
});

describe('a demand that is measured once more between two cycles', () => {
  const extra = (rate: number, known = uneven): SmoothedDemand => smoothDemand(known, rate, settings, true);

  it.each([100, 101, 120, 80])('does not change by what may be noise: %d', (rate) => {
    expect(extra(rate)).toEqual(uneven);
  });

  it.each([
    { to: 1_000, level: 820 },
    { to: 121, level: 116.8 },
    { to: 0, level: 60 },
  ])('follows a clear change to $to, and learns nothing of the noise', ({ to, level }) => {
    const known = { ...uneven, bias: 1, samples: 7 };
    expect(extra(to, known)).toEqual({ ...known, level: expect.closeTo(level, 9) as number });
  });
});

describe('the noise of a demand', () => {
  it.each([
    { case: 'known exactly', demand: even, noise: 0 },
    { case: 'even', demand: { ...even, error: 10 }, noise: 5 },
    { case: 'with a rise under way', demand: { ...even, bias: 10, error: 10 }, noise: 0 },
    { case: 'with a fall under way', demand: { ...even, bias: -8, error: 10 }, noise: 1 },
  ])('$case is $noise', ({ demand, noise }) => {
    expect(demandNoise(demand)).toBeCloseTo(noise, 9);
  });

  it.each(SEEDS)('is told well: about as large as the level is wrong (noise %i)', (seed) => {
    const settled = followed(noisy(seed, 600, 100)).slice(100);
    const told = mean(settled.map(demandNoise));
    expect(told).toBeGreaterThan(deviation(settled.map(({ level }) => level)));
    expect(told).toBeLessThan(10);
  });
});

describe('a rate', () => {
  it.each([
    [0, true],
    [1e-9, true],
    [1e9, true],
    [1e12, false],
    [-1e-9, false],
    [Number.NaN, false],
    [Infinity, false],
    [-Infinity, false],
    [null as never, false],
  ])('of %d can be used: %s', (rate, isUsable) => {
    expect(isUsableRate(rate)).toBe(isUsable);
  });
});
