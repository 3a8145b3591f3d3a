import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../logger.js';
import type { Announcement } from './announcer.js';
import { FakeAnnouncer } from './fake-announcer.js';
import { Heartbeat } from './heartbeat.js';
import { Watchdog } from './watchdog.js';

const ANNOUNCED = ['203.0.113.10'];

function createWatchdog() {
  const announcer = new FakeAnnouncer();
  announcer.announced = ANNOUNCED;
  const world = { nowMs: 0, beat: null as number | null };
  const watchdog = new Watchdog({
    heartbeat: { read: () => Promise.resolve(world.beat) },
    announcer,
    clock: { monotonicMs: () => world.nowMs },
    logger: createLogger('error', () => undefined),
    patienceMs: 30_000,
  });
  const lookAt = (nowMs: number, beat: number | null) => {
    Object.assign(world, { nowMs, beat });
    return watchdog.sync();
  };
  return { watchdog, announcer, lookAt };
}

describe('Watchdog', () => {
  it('withdraws once the heart has stood still for so long, and once only', async () => {
    const { announcer, lookAt } = createWatchdog();
    await lookAt(1_000, 77);
    await lookAt(30_999, 77);
    expect(announcer.announced).toEqual(ANNOUNCED);
    await lookAt(31_000, 77);
    await lookAt(32_000, 77);
    expect(announcer.asked).toEqual([[]]);
  });

  it('lets an agent live that comes back in time, whatever its wall clock says', async () => {
    const { announcer, lookAt } = createWatchdog();
    await lookAt(1_000, 77);
    await lookAt(30_000, 12);
    await lookAt(59_999, 12);
    expect(announcer.asked).toEqual([]);
  });

  it('gives an agent that never lived the same time', async () => {
    const { announcer, lookAt } = createWatchdog();
    await lookAt(29_999, null);
    expect(announcer.asked).toEqual([]);
    await lookAt(30_000, null);
    expect(announcer.asked).toEqual([[]]);
  });

  it('withdraws again when the agent lived again and died again', async () => {
    const { announcer, lookAt } = createWatchdog();
    for (const [nowMs, beat] of [
      [0, 1],
      [30_000, 1],
      [40_000, 2],
      [70_000, 2],
    ] as const)
      await lookAt(nowMs, beat);
    expect(announcer.asked).toEqual([[], []]);
  });

  it('tries again what failed', async () => {
    const answers: Announcement[] = [
      { announced: null, problems: [{ code: 'bird-unreachable', message: 'no BIRD' }] },
      { announced: [], problems: [] },
    ];
    const world = { nowMs: 0 };
    const watchdog = new Watchdog({
      heartbeat: { read: () => Promise.resolve(null) },
      announcer: { announce: () => Promise.resolve(answers.shift()!) },
      clock: { monotonicMs: () => world.nowMs },
      logger: createLogger('error', () => undefined),
      patienceMs: 1,
    });
    for (world.nowMs = 1; world.nowMs < 5; world.nowMs += 1) await watchdog.sync();
    expect(answers).toEqual([]);
  });
});

describe('Heartbeat', () => {
  it('changes with every beat, from the first on', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'weir-heart-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const heartbeat = new Heartbeat(join(directory, 'state'));
    expect(await heartbeat.read()).toBeNull();
    await heartbeat.beat();
    const first = await heartbeat.read();
    expect(first).not.toBeNull();
    await expect.poll(() => heartbeat.beat().then(() => heartbeat.read())).not.toBe(first);
  });
});
