import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeTimers } from '../fake-timers.js';
import { SlottedTimers } from './slotted-timers.js';

const SLOT_MS = 20;

function slotted() {
  const timers = new FakeTimers();
  let set = 0;
  const counting = {
    after: (delayMs: number, task: () => void) => {
      set += 1;
      return timers.after(delayMs, task);
    },
  };
  return { timers, slots: new SlottedTimers(timers, counting, SLOT_MS), timersSet: () => set };
}

describe('SlottedTimers', () => {
  it('runs what falls due in one slot together, by one timer', async () => {
    const { timers, slots, timersSet } = slotted();
    const runs: [number, string][] = [];
    for (const [delayMs, name] of [
      [1, 'a'],
      [20, 'b'],
      [13, 'c'],
      [21, 'd'],
    ] as const)
      slots.after(delayMs, () => void runs.push([timers.monotonicMs(), name]));
    await timers.advance(100);
    expect(runs.slice(0, 3).sort()).toEqual([
      [20, 'a'],
      [20, 'b'],
      [20, 'c'],
    ]);
    expect(runs.slice(3)).toEqual([[40, 'd']]);
    expect(timersSet()).toBe(2);
  });

  it('is never early, and no more than a slot late', async () => {
    const delays = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 100 })));
    await fc.assert(
      fc.asyncProperty(delays, async (asked) => {
        const { timers, slots } = slotted();
        const lateness: number[] = [];
        for (const [pauseMs, delayMs] of asked) {
          await timers.advance(pauseMs);
          const dueMs = timers.monotonicMs() + delayMs;
          slots.after(delayMs, () => void lateness.push(timers.monotonicMs() - dueMs));
        }
        await timers.advance(200);
        expect(lateness).toHaveLength(asked.length);
        for (const lateMs of lateness) {
          expect(lateMs).toBeGreaterThanOrEqual(0);
          expect(lateMs).toBeLessThanOrEqual(SLOT_MS);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes back one task and leaves the others of its slot', async () => {
    const { timers, slots } = slotted();
    const runs: string[] = [];
    const cancel = slots.after(5, () => void runs.push('a'));
    slots.after(5, () => void runs.push('b'));
    cancel();
    await timers.advance(SLOT_MS);
    cancel();
    expect(runs).toEqual(['b']);
  });

  it('takes back what another task of the slot cancels while it runs', async () => {
    const { timers, slots } = slotted();
    const runs: string[] = [];
    slots.after(5, () => {
      runs.push('a');
      cancelLast();
    });
    const cancelLast = slots.after(5, () => void runs.push('b'));
    await timers.advance(SLOT_MS);
    expect(runs).toEqual(['a']);
  });

  it('wakes nobody for a slot that was emptied', () => {
    const pending: number[] = [];
    const timers = new FakeTimers();
    const counting = {
      after: (delayMs: number) => {
        pending.push(delayMs);
        return () => void pending.splice(pending.indexOf(delayMs), 1);
      },
    };
    const slots = new SlottedTimers(timers, counting, SLOT_MS);
    const [first, later, ...others] = [5, 45, 7].map((delayMs) => slots.after(delayMs, () => undefined));
    for (const cancel of others) cancel();
    expect(pending).toEqual([20]);
    first?.();
    expect(pending).toEqual([60]);
    later?.();
    expect(pending).toEqual([]);
  });
});
