import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratePerSecond, withReading, type CounterReading, type CounterWindow } from './counter-rate.js';

/** Steps between readings: at least 1 ms, up to a minute. */
const stepsMs = fc.array(fc.double({ min: 1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 40 });

/** Feeds a counter's readings through a window, the way reports arrive. */
function windowOf(readings: readonly CounterReading[], windowMs: number): CounterWindow {
  return readings.reduce<CounterWindow>((window, reading) => withReading(window, reading, windowMs), []);
}

/** Instants from 0 on, one step apart. */
function instants(steps: readonly number[]): readonly number[] {
  let now = 0;
  return [0, ...steps.map((step) => (now += step))];
}

describe('ratePerSecond', () => {
  it.each<[string, CounterWindow, number | undefined]>([
    ['no reading', [], undefined],
    ['one reading', [{ atMs: 0, value: 7 }], undefined],
    [
      'two readings',
      [
        { atMs: 0, value: 7 },
        { atMs: 5_000, value: 57 },
      ],
      10,
    ],
    [
      'an idle counter',
      [
        { atMs: 0, value: 7 },
        { atMs: 5_000, value: 7 },
      ],
      0,
    ],
    [
      'a reset',
      [
        { atMs: 0, value: 900 },
        { atMs: 1_000, value: 1_000 },
        { atMs: 2_000, value: 60 },
      ],
      80,
    ],
    [
      'a reset to 0',
      [
        { atMs: 0, value: 900 },
        { atMs: 1_000, value: 0 },
        { atMs: 2_000, value: 40 },
      ],
      20,
    ],
  ])('of %s', (_, window, expected) => {
    expect(ratePerSecond(window)).toBe(expected);
  });

  it('is the speed of a steady counter, however it is sampled', () => {
    fc.assert(
      fc.property(
        stepsMs,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 60_000, max: 300_000 }),
        (steps, speed, windowMs) => {
          const readings = instants(steps).map((atMs) => ({ atMs, value: (speed * atMs) / 1000 }));
          const rate = ratePerSecond(windowOf(readings, windowMs));
          expect(rate).toBeDefined();
          expect(Math.abs(rate! - speed)).toBeLessThanOrEqual(1e-6 * Math.max(1, speed));
        },
      ),
    );
  });

  it('is never negative and never above what was counted, whatever resets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ stepMs: fc.integer({ min: 1, max: 9_000 }), value: fc.nat() }), { minLength: 1 }),
        (entries) => {
          const times = instants(entries.map(({ stepMs }) => stepMs));
          const readings = entries.map(({ value }, index) => ({ atMs: times[index]!, value }));
          const window = windowOf(readings, 30_000);
          const rate = ratePerSecond(window) ?? 0;
          const spanSeconds = (window.at(-1)!.atMs - window.at(0)!.atMs) / 1000;
          const counted = window.slice(1).reduce((sum, { value }) => sum + value, 0);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate * spanSeconds).toBeLessThanOrEqual(counted * (1 + 1e-9));
        },
      ),
    );
  });

  it('does not depend on where a counter that never resets began', () => {
    fc.assert(
      fc.property(stepsMs, fc.integer({ min: 0, max: 1e9 }), (steps, start) => {
        const times = instants(steps);
        const from = (offset: number) => times.map((atMs, index) => ({ atMs, value: offset + index * 3 }));
        expect(ratePerSecond(from(start))).toBe(ratePerSecond(from(0)));
      }),
    );
  });
});

describe('withReading', () => {
  it('keeps a reading exactly as old as the window and drops older ones', () => {
    const readings = [0, 1_000, 2_000, 3_000].map((atMs) => ({ atMs, value: 0 }));
    expect(windowOf(readings, 2_000).map(({ atMs }) => atMs)).toEqual([1_000, 2_000, 3_000]);
  });

  it('forgets everything before a gap longer than the window', () => {
    const before = [{ atMs: 0, value: 0 }];
    expect(withReading(before, { atMs: 60_000, value: 5_000 }, 30_000)).toEqual([{ atMs: 60_000, value: 5_000 }]);
  });
});
