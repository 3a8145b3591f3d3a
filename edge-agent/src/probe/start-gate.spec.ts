import { describe, expect, it } from 'vitest';
import { FakeTimers } from '../fake-timers.js';
import { StartGate } from './start-gate.js';

function gateWith(maxInFlight: number, perSecond = 500, slotMs = 1) {
  const timers = new FakeTimers();
  const started: [number, string][] = [];
  const finish = new Map<string, () => void>();
  const gate = new StartGate({ clock: timers, timers, maxInFlight });
  gate.setPace(perSecond, slotMs);
  const enter = (name: string) =>
    gate.enter((leave) => {
      started.push([timers.monotonicMs(), name]);
      finish.set(name, leave);
    });
  return { timers, started, finish, enter };
}

describe('StartGate', () => {
  it('lets those who come together pass at twice the even pace', async () => {
    const { timers, started, enter } = gateWith(100, 100);
    for (const name of ['a', 'b', 'c']) enter(name);
    await timers.advance(20);
    expect(started).toEqual([
      [0, 'a'],
      [5, 'b'],
      [10, 'c'],
    ]);
  });

  it('lets those of one slot pass together', async () => {
    const { timers, started, enter } = gateWith(100, 100, 10);
    for (const name of ['a', 'b', 'c']) enter(name);
    await timers.advance(20);
    expect(started).toEqual([
      [0, 'a'],
      [0, 'b'],
      [10, 'c'],
    ]);
  });

  it('keeps nobody waiting long where the pace is slow', async () => {
    const { timers, started, enter } = gateWith(100, 0.1);
    for (const name of ['a', 'b']) enter(name);
    await timers.advance(100);
    expect(started.map(([atMs]) => atMs)).toEqual([0, 10]);
  });

  it('lets the next in as one leaves, in the order they came', async () => {
    const { timers, started, finish, enter } = gateWith(2);
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    await timers.advance(50);
    expect(started.map(([, name]) => name)).toEqual(['a', 'b']);
    finish.get('b')?.();
    await timers.advance(1);
    finish.get('a')?.();
    await timers.advance(1);
    expect(started.map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('forgets who left the queue', async () => {
    const { timers, started, finish, enter } = gateWith(1);
    const [, cancelWaiting, cancelSpaced] = ['a', 'b', 'c'].map(enter);
    cancelSpaced?.();
    await timers.advance(50);
    cancelWaiting?.();
    finish.get('a')?.();
    await timers.advance(50);
    expect(started.map(([, name]) => name)).toEqual(['a']);
  });
});
