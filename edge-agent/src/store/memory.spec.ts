import { describe, expect, it } from 'vitest';
import type { StoredMemory } from './memory-file.js';
import { Memory } from './memory.js';

const KEY = 'TCP 203.0.113.10:443 -> 192.0.2.11:8443';
const QUESTION = '192.0.2.12:8443 TCP';
const NOTHING = { draining: new Map<string, number>(), down: new Set<string>() };
const DRAIN_MS = 60_000;

/** An agent's life on one machine: each process has a monotonic clock of its own, all have one clock of days. */
function machine() {
  const wall = { nowMs: 1_700_000_000_000 };
  const saves: StoredMemory[] = [];
  const process = (monotonicMs: number) =>
    new Memory({
      file: {
        load: () => Promise.resolve(saves.at(-1) ?? null),
        save: (memory) => Promise.resolve(void saves.push(memory)),
      },
      clock: { nowMs: () => wall.nowMs, monotonicMs: () => monotonicMs },
    });
  return { wall, saves, process };
}

describe('Memory', () => {
  it.each([
    ['goes on where it was', 10_000, 20_000],
    ['is over when the agent was away longer', 90_000, 0],
    ['is no longer than a whole one when the clock of days was put back', -3_600_000, DRAIN_MS],
  ])('of a deadline: it %s', async (_, awayMs, leftMs) => {
    const { wall, process } = machine();
    await process(1_000).keep({ ...NOTHING, draining: new Map([[KEY, 31_000]]) });
    wall.nowMs += awayMs;
    expect(await process(500).recall(DRAIN_MS)).toEqual({ ...NOTHING, draining: new Map([[KEY, 500 + leftMs]]) });
  });

  it.each([
    [0, [QUESTION]],
    [300_000, [QUESTION]],
    [300_001, []],
    [-300_001, []],
  ])('of what was down, after %i ms: %j', async (awayMs, expected) => {
    const { wall, process } = machine();
    await process(0).keep({ ...NOTHING, down: new Set([QUESTION]) });
    wall.nowMs += awayMs;
    expect([...(await process(0).recall(DRAIN_MS)).down]).toEqual(expected);
  });

  it('writes what is new, and nothing while there is nothing to say', async () => {
    const { wall, saves, process } = machine();
    const memory = process(0);
    await memory.recall(DRAIN_MS);
    await memory.keep(NOTHING);
    expect(saves).toHaveLength(0);
    const draining = { ...NOTHING, draining: new Map([[KEY, 60_000]]) };
    await memory.keep(draining);
    wall.nowMs += 600_000;
    await memory.keep(draining);
    expect(saves).toHaveLength(1);
    await memory.keep(NOTHING);
    expect(saves.at(-1)).toMatchObject({ deadlines: {}, down: [] });
  });

  it('says now and then that what is down still is', async () => {
    const { wall, saves, process } = machine();
    const memory = process(0);
    for (let second = 0; second <= 120; second += 10) {
      await memory.keep({ ...NOTHING, down: new Set([QUESTION]) });
      wall.nowMs += 10_000;
    }
    expect(saves).toHaveLength(3);
  });

  it('tries again what the disk refused', async () => {
    const saves: StoredMemory[] = [];
    let isFull = true;
    const memory = new Memory({
      file: {
        load: () => Promise.resolve(null),
        save: (next) => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve(void saves.push(next))),
      },
      clock: { nowMs: () => 0, monotonicMs: () => 0 },
    });
    const down = { ...NOTHING, down: new Set([QUESTION]) };
    await expect(memory.keep(down)).rejects.toThrow('ENOSPC');
    isFull = false;
    await memory.keep(down);
    expect(saves).toHaveLength(1);
  });
});
