import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CycleTrigger } from '#core/ports/scheduler-store.js';
import { SchedulerLoop } from './scheduler-loop.js';

const CYCLE_MS = 15_000;

/** Cycles that last until the test ends them. */
class HeldCycles {
  readonly begun: CycleTrigger[] = [];
  mostAtOnce = 0;
  readonly #underWay: (() => void)[] = [];

  readonly run = (trigger: CycleTrigger): Promise<void> => {
    this.begun.push(trigger);
    return new Promise((resolve) => {
      this.#underWay.push(resolve);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay.length);
    });
  };

  /** Ends the oldest, and lets everything that follows from it happen. */
  async endOne(): Promise<void> {
    this.#underWay.shift()?.();
    await settle();
  }
}

/** Lets every callback run that is due without time passing. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

/** Tells of a promise, at any time, whether it has resolved. */
function watch(promise: Promise<void>): { isDone: boolean } {
  const watched = { isDone: false };
  void promise.then(() => {
    watched.isDone = true;
  });
  return watched;
}

function startedLoop(): { cycles: HeldCycles; loop: SchedulerLoop } {
  const cycles = new HeldCycles();
  const loop = new SchedulerLoop(cycles.run, CYCLE_MS);
  loop.start();
  return { cycles, loop };
}

describe('SchedulerLoop', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs nothing before it is started', async () => {
    const cycles = new HeldCycles();
    const loop = new SchedulerLoop(cycles.run, CYCLE_MS);
    await loop.sync('operator');
    await vi.advanceTimersByTimeAsync(3 * CYCLE_MS);
    expect(cycles.begun).toEqual([]);
  });

  it('runs a cycle at every tick', async () => {
    const { cycles } = startedLoop();
    await vi.advanceTimersByTimeAsync(CYCLE_MS - 1);
    expect(cycles.begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(cycles.begun).toEqual(['timer']);
    await cycles.endOne();
    await vi.advanceTimersByTimeAsync(CYCLE_MS);
    expect(cycles.begun).toEqual(['timer', 'timer']);
  });

  it('drops ticks during a cycle that lasts too long', async () => {
    const { cycles } = startedLoop();
    await vi.advanceTimersByTimeAsync(4 * CYCLE_MS);
    await cycles.endOne();
    expect(cycles.begun).toEqual(['timer']);
  });

  it('runs at once when asked, and tells when the cycle has ended', async () => {
    const { cycles, loop } = startedLoop();
    const asked = watch(loop.sync('operator'));
    await settle();
    expect(cycles.begun).toEqual(['operator']);
    expect(asked.isDone).toBe(false);
    await cycles.endOne();
    expect(asked.isDone).toBe(true);
  });

  it('does all that is asked for during a cycle by exactly one cycle after it', async () => {
    const { cycles, loop } = startedLoop();
    void loop.sync('timer');
    const asked = [loop.sync('configuration-change'), loop.sync('operator'), loop.sync('operator')].map(watch);
    await settle();
    expect(cycles.begun).toEqual(['timer']);
    await cycles.endOne();
    expect(cycles.begun).toEqual(['timer', 'configuration-change']);
    expect(asked.map(({ isDone }) => isDone)).toEqual([false, false, false]);
    await cycles.endOne();
    expect(asked.map(({ isDone }) => isDone)).toEqual([true, true, true]);
    expect(cycles.begun).toHaveLength(2);
  });

  it('asked again during the cycle that was asked for, runs another', async () => {
    const { cycles, loop } = startedLoop();
    void loop.sync('timer');
    void loop.sync('operator');
    await cycles.endOne();
    const late = watch(loop.sync('configuration-change'));
    await cycles.endOne();
    expect(late.isDone).toBe(false);
    await cycles.endOne();
    expect(late.isDone).toBe(true);
    expect(cycles.begun).toEqual(['timer', 'operator', 'configuration-change']);
  });

  it('never runs two at once, even when asked at the very end of one with the next already due', async () => {
    const { cycles, loop } = startedLoop();
    const first = loop.sync('timer');
    // Registered before the next one is due, so it is called between the end of the first and the begin of the next.
    const afterFirst = watch(first.then(() => loop.sync('operator')));
    void loop.sync('configuration-change');
    await cycles.endOne();
    expect(cycles.mostAtOnce).toBe(1);
    await cycles.endOne();
    expect(afterFirst.isDone).toBe(true);
    expect(cycles.begun).toEqual(['timer', 'configuration-change']);
  });

  it.each([
    ['an urgent cycle', 'urgent', 'operator', 'operator'],
    ['an ordinary cycle', 'operator', 'urgent', 'operator'],
    ['two urgent cycles', 'urgent', 'urgent', 'urgent'],
  ] as const)('does %s and what else is asked for by one that does all of it', async (_name, first, second, begun) => {
    const { cycles, loop } = startedLoop();
    void loop.sync('timer');
    const asked = [loop.sync(first), loop.sync(second)].map(watch);
    await cycles.endOne();
    expect(cycles.begun).toEqual(['timer', begun]);
    await cycles.endOne();
    expect(asked.map(({ isDone }) => isDone)).toEqual([true, true]);
    expect(cycles.begun).toHaveLength(2);
  });

  it('lets no urgent cycle stand for the ordinary one that falls due during it', async () => {
    const { cycles, loop } = startedLoop();
    void loop.sync('urgent');
    await vi.advanceTimersByTimeAsync(CYCLE_MS);
    expect(cycles.begun).toEqual(['urgent']);
    await cycles.endOne();
    expect(cycles.begun).toEqual(['urgent', 'timer']);
    await cycles.endOne();
    await vi.advanceTimersByTimeAsync(CYCLE_MS - 1);
    expect(cycles.begun).toHaveLength(2);
  });

  it('stops when the cycle under way has ended, and runs nothing after that', async () => {
    const { cycles, loop } = startedLoop();
    void loop.sync('timer');
    const due = watch(loop.sync('operator'));
    const stopped = watch(loop.stop());
    await settle();
    expect(stopped.isDone).toBe(false);
    await cycles.endOne();
    expect(stopped.isDone).toBe(true);
    expect(due.isDone).toBe(true);

    await loop.sync('operator');
    await vi.advanceTimersByTimeAsync(3 * CYCLE_MS);
    expect(cycles.begun).toEqual(['timer']);
  });

  it('stops at once between cycles', async () => {
    const { cycles, loop } = startedLoop();
    await loop.stop();
    await vi.advanceTimersByTimeAsync(3 * CYCLE_MS);
    expect(cycles.begun).toEqual([]);
  });
});
