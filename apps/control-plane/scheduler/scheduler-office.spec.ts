import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testkit/manual-clock.js';
import { SchedulerOffice } from './scheduler-office.js';

const CYCLE_MS = 15_000;

/** An office of a control plane that has been up for so long, after a leader whose last cycle began so long ago. */
function officeOf(upMs: number, lastCycleAgoMs: number | null) {
  const clock = new ManualClock();
  const log: string[] = [];
  const office = new SchedulerOffice({
    runner: {
      takeOffice: () => Promise.resolve(void log.push('began a term')),
      plan: () => Promise.resolve((log.push('read the plan'), null)),
    },
    loop: {
      start: (firstMs) => log.push(`started the loop, in ${firstMs} ms`),
      stop: () => Promise.resolve(void log.push('stopped the loop')),
      sync: () => Promise.resolve(),
    },
    urgencyWatch: { start: () => log.push('started the watch'), stop: () => log.push('stopped the watch') },
    store: {
      listCycles: () =>
        Promise.resolve(
          lastCycleAgoMs === null
            ? []
            : [
                {
                  id: 1,
                  startedAtMs: clock.nowMs() - lastCycleAgoMs,
                  durationMs: 1,
                  trigger: 'timer',
                  mode: 'running',
                  outcome: { kind: 'planned' },
                  published: null,
                },
              ],
        ),
    },
    metrics: { recordLeader: (isLeading) => log.push(isLeading ? 'leads' : 'leads no more') },
    clock,
    cycleMs: CYCLE_MS,
  });
  clock.advance(upMs);
  return { office, log };
}

describe('SchedulerOffice', () => {
  it('begins its term before it reads the plan, and the loop last', async () => {
    const { office, log } = officeOf(0, null);
    await office.take();
    await office.leave();
    expect(log).toEqual([
      'began a term',
      'read the plan',
      `started the loop, in ${CYCLE_MS} ms`,
      'started the watch',
      'leads',
      'leads no more',
      'stopped the watch',
      'stopped the loop',
    ]);
  });

  it.each([
    ['keeps the pace of the leader before', 60_000, 4_000, 11_000],
    ['makes up for what the leader before missed', 60_000, 40_000, 0],
    ['listens to agents for a cycle first, when it has just started', 2_000, 40_000, 13_000],
    ['never waits longer than a cycle, where clocks differ', 60_000, -40_000, CYCLE_MS],
  ])('%s', async (_what, upMs, lastCycleAgoMs, firstMs) => {
    const { office, log } = officeOf(upMs, lastCycleAgoMs);
    await office.take();
    expect(log).toContain(`started the loop, in ${firstMs} ms`);
  });
});
