import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTurnMs, phaseOf } from './schedule.js';

describe('phaseOf', () => {
  it('leaves no large gap and no crowd, however many there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 2_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (count, offset) => {
          const phases = Array.from({ length: count }, (_, index) => phaseOf(index, offset)).sort((a, b) => a - b);
          const gaps = phases.map((phase, index) => (phases[index + 1] ?? phases[0]! + 1) - phase);
          expect(Math.max(...gaps)).toBeLessThan(2.2 / count);
          expect(Math.min(...gaps)).toBeGreaterThan(0.38 / count);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('nextTurnMs', () => {
  const beat = fc.record({
    phase: fc.double({ min: 0, max: 0.999, noNaN: true }),
    intervalMs: fc.integer({ min: 50, max: 60_000 }),
  });
  const random = fc.double({ min: 0, max: 0.999, noNaN: true });
  const nowMs = fc.double({ min: 0, max: 1e9, noNaN: true });

  it('is later, and by an interval and the jitter at most', () => {
    fc.assert(
      fc.property(beat, nowMs, random, (each, lastMs, luck) => {
        const waitMs = nextTurnMs(each, lastMs, luck) - lastMs;
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(
          each.intervalMs + Math.min(250, each.intervalMs / 20) + each.intervalMs * 2e-6,
        );
      }),
    );
  });

  it('comes once in each interval: the jitter does not add up', () => {
    fc.assert(
      fc.property(beat, fc.array(random, { minLength: 5, maxLength: 50 }), (each, luck) => {
        const turns = luck.reduce<number[]>((list, one) => [...list, nextTurnMs(each, list.at(-1) ?? 0, one)], []);
        turns.forEach((turnMs, index) => {
          const evenMs = nextTurnMs(each, 0, 0) + index * each.intervalMs;
          expect(turnMs - evenMs).toBeGreaterThan(-1e-3);
          expect(turnMs - evenMs).toBeLessThanOrEqual(250 + 1e-3);
        });
      }),
    );
  });
});
