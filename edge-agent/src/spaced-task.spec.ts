import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeTimers } from './fake-timers.js';
import { SpacedTask } from './spaced-task.js';

const SPACING_MS = 200;

function spaced() {
  const timers = new FakeTimers();
  const runs: number[] = [];
  const task = new SpacedTask({
    task: () => void runs.push(timers.monotonicMs()),
    spacingMs: SPACING_MS,
    clock: timers,
    timers,
  });
  return { timers, runs, task };
}

describe('SpacedTask', () => {
  it('runs at once for the first, and once for all who follow', async () => {
    const { timers, runs, task } = spaced();
    for (let asked = 0; asked < 1_000; asked += 1) task.ask();
    expect(runs).toEqual([0]);
    await timers.advance(1_000);
    expect(runs).toEqual([0, SPACING_MS]);
  });

  it('runs at once again after a pause', async () => {
    const { timers, runs, task } = spaced();
    task.ask();
    await timers.advance(5_000);
    task.ask();
    expect(runs).toEqual([0, 5_000]);
  });

  it('serves whoever asks within the spacing, and never runs twice in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 30 }), async (pauses) => {
        const { timers, runs, task } = spaced();
        const asked: number[] = [];
        for (const pauseMs of pauses) {
          await timers.advance(pauseMs);
          asked.push(timers.monotonicMs());
          task.ask();
        }
        await timers.advance(SPACING_MS);
        for (const askedMs of asked)
          expect(runs.some((runMs) => runMs >= askedMs && runMs <= askedMs + SPACING_MS)).toBe(true);
        runs.slice(1).forEach((runMs, index) => {
          expect(runMs - (runs[index] ?? 0)).toBeGreaterThanOrEqual(SPACING_MS);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('forgets who waits when it stops', async () => {
    const { timers, runs, task } = spaced();
    task.ask();
    task.ask();
    task.stop();
    await timers.advance(1_000);
    expect(runs).toEqual([0]);
  });
});
