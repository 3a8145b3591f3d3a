import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_WINDOW, latencyOf, NO_LATENCIES, withLatency } from './latency-window.js';

const latencyAfter = (latenciesMs: readonly number[]): number | null =>
  latencyOf(latenciesMs.reduce(withLatency, NO_LATENCIES));

describe('the latency of a target', () => {
  it('is unknown before the first', () => {
    expect(latencyAfter([])).toBeNull();
  });

  it.each([
    { case: 'the first', latenciesMs: [80], expected: 80 },
    { case: 'not longer for slow ones', latenciesMs: [80, 95, 1_080, 82, 300], expected: 80 },
    { case: 'shorter with the first on a shorter path', latenciesMs: [80, 80, 80, 40], expected: 40 },
    {
      case: 'longer once all are',
      latenciesMs: [40, ...Array.from({ length: LATENCY_WINDOW }, () => 80)],
      expected: 80,
    },
  ])('is $case', ({ latenciesMs, expected }) => {
    expect(latencyAfter(latenciesMs)).toBe(expected);
  });

  it('is one of the latest', () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(latencies, (latenciesMs) => {
        expect(latencyAfter(latenciesMs)).toBe(Math.min(...latenciesMs.slice(-LATENCY_WINDOW)));
      }),
    );
  });
});
