import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratePerSecond, withReading, type CounterReading, type CounterWindow } from './counter-rate.js';

/** Steps between readings: at least 1 ms, up to a minute. */
const stepsMs = fc.array(fc.double({ min: 1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 40 });

/** One counter's readings: what it showed, and when. */
type Shown = readonly (readonly [atMs: number, value: number])[];

function readings(shown: Shown): readonly CounterReading[] {
  return shown.map(([atMs, value]) => ({ atMs, values: Float64Array.of(value) }));
}

function rateOf(shown: Shown): number | undefined {
  return ratePerSecond(readings(shown), 0);
}

/** Feeds readings through a window, the way reports arrive. */
function windowOf(shown: Shown, windowMs: number): CounterWindow {
  return readings(shown).reduce<CounterWindow>((window, reading) => withReading(window, reading, windowMs), []);
}

/** Instants from 0 on, one step apart. */
function instants(steps: readonly number[]): readonly number[] {
  let now = 0;
  return [0, ...steps.map((step) => (now += step))];
}

describe('ratePerSecond', () => {
  it.each<[string, Shown, number | undefined]>([
    ['no reading', [], undefined],
    ['one reading', [[0, 7]], undefined],
    [
      'two readings',
      [
        [0, 7],
        [5_000, 57],
      ],
      10,
    ],
    [
      'an idle counter',
      [
        [0, 7],
        [5_000, 7],
      ],
      0,
    ],
    [
      'nothing but a reset',
      [
        [0, 900],
        [1_000, 60],
      ],
      undefined,
    ],
    [
      'a reset: neither its time nor its value counts',
      [
        [0, 900],
        [1_000, 1_000],
        [2_000, 60],
        [3_000, 160],
      ],
      100,
    ],
    [
      'a counter set back a little',
      [
        [0, 5_000_000],
        [1_000, 5_000_100],
        [2_000, 5_000_050],
      ],
      100,
    ],
    [
      'a reset to 0',
      [
        [0, 900],
        [1_000, 0],
        [2_000, 40],
      ],
      40,
    ],
    [
      'a leap, as it was measured',
      [
        [0, 0],
        [1_000, 1e15],
      ],
      1e15,
    ],
    [
      'a leap and back',
      [
        [0, 100],
        [1_000, 1e15],
        [2_000, 100],
        [3_000, 200],
      ],
      (1e15 - 100 + 100) / 2,
    ],
    [
      'a reading that is no number',
      [
        [0, 100],
        [1_000, Number.NaN],
        [2_000, 300],
      ],
      100,
    ],
    [
      'a negative reading',
      [
        [0, 100],
        [1_000, -5],
        [2_000, 300],
      ],
      100,
    ],
    [
      'an infinite reading',
      [
        [0, 100],
        [1_000, Infinity],
        [2_000, 300],
      ],
      100,
    ],
    [
      'a newest reading that is no number',
      [
        [0, 100],
        [1_000, 200],
        [2_000, Number.NaN],
      ],
      undefined,
    ],
    [
      'a newest reading that is infinite',
      [
        [0, 100],
        [1_000, 200],
        [2_000, Infinity],
      ],
      undefined,
    ],
    [
      'a growth beyond all numbers',
      [
        [0, 0],
        [1e-3, Number.MAX_VALUE],
      ],
      undefined,
    ],
  ])('of %s', (_, shown, expected) => {
    expect(rateOf(shown)).toBe(expected);
  });

  it('of a counter that is not in the window is unknown', () => {
    expect(
      ratePerSecond(
        readings([
          [0, 7],
          [5_000, 57],
        ]),
        1,
      ),
    ).toBeUndefined();
  });

  it('is the speed of a steady counter, however it is sampled', () => {
    fc.assert(
      fc.property(
        stepsMs,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 60_000, max: 300_000 }),
        (steps, speed, windowMs) => {
          const shown = instants(steps).map((atMs) => [atMs, (speed * atMs) / 1000] as const);
          const rate = ratePerSecond(windowOf(shown, windowMs), 0);
          expect(rate).toBeDefined();
          expect(Math.abs(rate! - speed)).toBeLessThanOrEqual(1e-6 * Math.max(1, speed));
        },
      ),
    );
  });

  it('is the speed of a steady counter, wherever it is set back to', () => {
    const setBacks = fc.array(fc.record({ stepMs: fc.integer({ min: 1, max: 9_000 }), isSetBack: fc.boolean() }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        setBacks,
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        (entries, speed, left) => {
          let [now, value] = [0, 1e12];
          const shown = entries.map(({ stepMs, isSetBack }) => {
            now += stepMs;
            value = isSetBack ? Math.floor(value * left) : value + speed * stepMs;
            return [now, value] as const;
          });
          const rate = ratePerSecond(windowOf(shown, 60_000), 0);
          if (rate !== undefined) expect(rate).toBeCloseTo(speed * 1000, 6);
        },
      ),
    );
  });

  it('is a finite number from 0 on or unknown, whatever is read', () => {
    const anything = fc.oneof(fc.double(), fc.nat(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e15));
    fc.assert(
      fc.property(
        fc.array(fc.record({ stepMs: fc.double({ min: 1e-6, max: 9_000, noNaN: true }), value: anything }), {
          minLength: 1,
        }),
        (entries) => {
          const times = instants(entries.map(({ stepMs }) => stepMs));
          const rate =
            ratePerSecond(
              windowOf(
                entries.map(({ value }, at) => [times[at]!, value]),
                30_000,
              ),
              0,
            ) ?? 0;
          expect(Number.isFinite(rate)).toBe(true);
          expect(rate).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('does not depend on where a counter that never resets began', () => {
    fc.assert(
      fc.property(stepsMs, fc.integer({ min: 0, max: 1e9 }), (steps, start) => {
        const from = (offset: number) => instants(steps).map((atMs, index) => [atMs, offset + index * 3] as const);
        expect(rateOf(from(start))).toBe(rateOf(from(0)));
      }),
    );
  });
});

describe('withReading', () => {
  it('keeps a reading exactly as old as the window and drops older ones', () => {
    const window = windowOf(
      [
        [0, 0],
        [1_000, 0],
        [2_000, 0],
        [3_000, 0],
      ],
      2_000,
    );
    expect(window.map(({ atMs }) => atMs)).toEqual([1_000, 2_000, 3_000]);
  });

  it('forgets everything before a gap longer than the window', () => {
    expect(
      windowOf(
        [
          [0, 0],
          [60_000, 5_000],
        ],
        30_000,
      ),
    ).toEqual(readings([[60_000, 5_000]]));
  });
});
