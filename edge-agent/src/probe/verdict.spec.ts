import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOSS_WINDOW, lossRatioOf } from './loss-window.js';
import { judge, UNKNOWN, type ProbeResult, type Verdict } from './verdict.js';

const thresholds = { unhealthyThreshold: 3, healthyThreshold: 2 };

/** `+` is a success after 10 ms, `-` a failure. */
const after = (results: string, from: Verdict = UNKNOWN) =>
  Array.from(results).reduce((verdict, each) => judge(verdict, each === '+' ? 10 : null, thresholds), from);

describe('judge', () => {
  it.each([
    ['', null],
    ['+', null],
    ['++', true],
    ['--', null],
    ['---', false],
    ['+-+-+-', null],
    ['++--', true],
    ['++---', false],
    ['++--+--', true],
    ['---+', false],
    ['---+-+', false],
    ['---++', true],
  ])('after %j is up: %s', (results, up) => {
    expect(after(results).up).toBe(up);
  });

  it('remembers the latencies of successes alone', () => {
    const verdict = [100, null, 200].reduce<Verdict>((last, each) => judge(last, each, thresholds), UNKNOWN);
    expect(verdict.latencies).toEqual([100, 200]);
  });

  it.each([
    ['', null],
    ['+', 0],
    ['-', 1],
    ['+-+-', 0.5],
    ['-'.repeat(LOSS_WINDOW) + '+'.repeat(LOSS_WINDOW / 2), 0.5],
    ['-'.repeat(LOSS_WINDOW) + '+'.repeat(LOSS_WINDOW), 0],
  ])('after %j has lost %s', (list, lossRatio) => {
    expect(lossRatioOf(after(list).losses)).toBe(lossRatio);
  });

  const results = fc.array(fc.option(fc.double({ min: 0, max: 1000, noNaN: true })), { maxLength: 40 });

  it('changes its mind only after a full row of agreeing probes', () => {
    fc.assert(
      fc.property(results, (list: readonly ProbeResult[]) => {
        let verdict = UNKNOWN;
        list.forEach((result, index) => {
          const next = judge(verdict, result, thresholds);
          if (next.up !== verdict.up) {
            const row = next.up === true ? thresholds.healthyThreshold : thresholds.unhealthyThreshold;
            const last = list.slice(Math.max(0, index + 1 - row), index + 1);
            expect(last).toHaveLength(row);
            expect(last.every((each) => (each !== null) === next.up)).toBe(true);
          }
          verdict = next;
        });
      }),
    );
  });
});
