import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SmoothedRtt } from './estimate.js';
import { followRtt, isUsableRtt, rttUncertaintyMs } from './rtt.js';

/** Every estimate while these are measured, one a cycle, in ms. */
function followed(measuredMs: readonly number[], known: SmoothedRtt | null = null): readonly SmoothedRtt[] {
  let last = known;
  return measuredMs.map((rttMs) => (last = followRtt(last, rttMs)));
}

const steady = (rttMs: number): SmoothedRtt => ({
  level: rttMs,
  last: rttMs,
  beforeLast: rttMs,
  settled: rttMs,
  noise: 0,
  samples: 1,
});
const settledAfter = (measuredMs: readonly number[], from: number): readonly number[] =>
  followed(measuredMs, steady(from)).map(({ settled }) => settled);

describe('an RTT', () => {
  it('is taken as it is when first measured', () => {
    expect(followRtt(null, 83)).toEqual(steady(83));
  });

  it.each([
    { case: 'far too long', outlier: 9_000 },
    { case: 'far too short', outlier: 0 },
  ])('is not moved by single outliers that are $case', ({ outlier }) => {
    const measured = [outlier, 80, 80, outlier, 80, 80, 80, outlier, 80];
    expect(followed(measured, steady(80)).map(({ level }) => level)).toEqual(measured.map(() => 80));
  });

  it.each([
    { from: 10, to: 100 },
    { from: 100, to: 10 },
    { from: 5, to: 8 },
  ])(
    'from $from to $to ms is unmoved by the first new figure, half-way after the second, there soon',
    ({ from, to }) => {
      const settled = settledAfter(
        Array.from({ length: 10 }, () => to),
        from,
      );
      expect(settled[0]).toBe(from);
      expect(settled[1]).toBeCloseTo((from + to) / 2, 9);
      expect(Math.abs(settled.at(-1)! - to)).toBeLessThanOrEqual(Math.max(1, 0.06 * to));
    },
  );

  it.each([
    { case: 'a percent', rttMs: 200, noiseMs: 4 },
    { case: 'a fraction of a millisecond', rttMs: 3, noiseMs: 0.4 },
  ])('hardly moves within noise of $case', ({ rttMs, noiseMs }) => {
    const noise = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(noise, (parts) => {
        const settled = settledAfter(
          parts.map((thousandth) => rttMs + (thousandth / 1_000) * noiseMs),
          rttMs,
        );
        settled.forEach((now, index) => {
          expect(Math.abs(now - rttMs)).toBeLessThanOrEqual(noiseMs);
          expect(Math.abs(now - (settled[index - 1] ?? rttMs))).toBeLessThanOrEqual(0.2 * noiseMs + 1e-9);
        });
      }),
      { seed: 20_260_101 },
    );
  });

  it.each([104, 96])('whose first measurement was a little off creeps to where it is: %d', (rttMs) => {
    const settled = settledAfter(
      Array.from({ length: 60 }, () => rttMs),
      100,
    );
    expect(settled.slice(0, 2)).toEqual([100, expect.closeTo(100 + 0.05 * (rttMs - 100), 9)]);
    expect(Math.abs(settled.at(-1)! - rttMs)).toBeLessThan(0.4);
  });

  /** Even over `1 ± fraction`; the same draws for every fraction (S. K. Park, K. W. Miller: Random number generators, 1988). */
  const noisy = (rttMs: number, fraction: number, cycles: number): readonly number[] => {
    let draw = 20_260_101;
    return Array.from({ length: cycles }, () => {
      draw = (draw * 48_271) % 2_147_483_647;
      return rttMs * (1 + fraction * ((2 * draw) / 2_147_483_647 - 1));
    });
  };

  it.each([0.1, 0.3, 0.6])('comes to rest though every measurement is off by up to %d', (fraction) => {
    const settled = settledAfter(noisy(100, fraction, 400), 100);
    const late = settled.slice(100);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(10 * fraction);
    expect(Math.abs(settled.at(-1)! - 100)).toBeLessThan(10 * fraction);
  });

  it('is certain where measurements agree', () => {
    const there = followed([80, 80, 80, 120, 120, 120, 120]);
    expect(there.map(rttUncertaintyMs)).toEqual(there.map(() => 0));
  });

  it('is less uncertain the longer it is known, and more where it is noisier', () => {
    const uncertainty = (fraction: number) => followed(noisy(100, fraction, 200)).map(rttUncertaintyMs);
    const [quiet, loud] = [uncertainty(0.1), uncertainty(0.3)];
    expect(loud[199]).toBeLessThan(Math.max(...loud) / 2);
    expect(loud[199]).toBeCloseTo(3 * quiet[199]!, 0);
    expect(loud[199]).toBeGreaterThan(1);
  });

  it('that is noisy is still followed to another path', () => {
    const [before, after] = [noisy(100, 0.3, 100), noisy(250, 0.3, 20)];
    const settled = settledAfter([...before, ...after], 100);
    expect(Math.abs(settled.at(-1)! - 250)).toBeLessThan(40);
  });

  it('is not taken for noisy because it became another one', () => {
    const there = followed([...Array.from({ length: 5 }, () => 40), ...Array.from({ length: 5 }, () => 120)]);
    expect(there.map(({ noise }) => noise)).toEqual(there.map(() => 0));
  });

  it('follows a path that gets slowly longer, at most a twentieth behind', () => {
    const rising = Array.from({ length: 200 }, (_, cycle) => 100 + cycle / 2);
    followed(rising).forEach(({ level, settled }) => {
      expect(Math.abs(level - settled)).toBeLessThanOrEqual(0.05 * settled + 1e-9);
    });
  });

  it.each([
    [0, true],
    [0.2, true],
    [60_000, true],
    [60_001, false],
    [-1, false],
    [Number.NaN, false],
    [Infinity, false],
    [null as never, false],
  ])('of %d ms can be used: %s', (rttMs, isUsable) => {
    expect(isUsableRtt(rttMs)).toBe(isUsable);
  });
});
