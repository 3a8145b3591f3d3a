import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { edgeName } from '#core/model/name.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { PublicationBoard } from './publication-board.js';

const AMS = edgeName('ams-1');
const FRA = edgeName('fra-1');
const WAIT_MS = 25_000;

function watch(promise: Promise<void>): { isDone: boolean } {
  const watched = { isDone: false };
  void promise.then(() => {
    watched.isDone = true;
  });
  return watched;
}

/** Counts the listeners that a signal has, so that one left behind shows. */
function countedSignal(): { signal: AbortSignal; abort: () => void; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  return {
    signal,
    abort: () => {
      controller.abort();
    },
    listeners: () => added.mock.calls.length - removed.mock.calls.length,
  };
}

describe('PublicationBoard', () => {
  const { signal } = new AbortController();
  let clock: ManualClock;
  let board: PublicationBoard;

  beforeEach(() => {
    vi.useFakeTimers();
    clock = new ManualClock();
    board = new PublicationBoard(clock);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('wakes everybody who waits for an announced edge, and nobody else', async () => {
    const waiting = [board.wait(AMS, WAIT_MS, signal).over, board.wait(AMS, WAIT_MS, signal).over].map(watch);
    const other = watch(board.wait(FRA, WAIT_MS, signal).over);
    board.announce([AMS]);
    await vi.advanceTimersByTimeAsync(0);
    expect(waiting.map(({ isDone }) => isDone)).toEqual([true, true]);
    expect(other.isDone).toBe(false);
  });

  it('wakes a wait that began just before the announcement, in the same turn', async () => {
    const waiting = board.wait(AMS, WAIT_MS, signal).over;
    board.announce([AMS]);
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not answer a wait with an announcement from before it', async () => {
    board.announce([AMS]);
    const waiting = watch(board.wait(AMS, WAIT_MS, signal).over);
    await vi.advanceTimersByTimeAsync(WAIT_MS - 1);
    expect(waiting.isDone).toBe(false);
  });

  it('gives up after the time-out', async () => {
    const waiting = watch(board.wait(AMS, WAIT_MS, signal).over);
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(waiting.isDone).toBe(true);
  });

  it('gives up when the client goes away, before or while it waits', async () => {
    const gone = new AbortController();
    const waiting = board.wait(AMS, WAIT_MS, gone.signal).over;
    gone.abort();
    await waiting;
    await board.wait(AMS, WAIT_MS, gone.signal).over;
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [
      'an announcement',
      () => {
        board.announce([AMS]);
      },
    ],
    ['a time-out', () => vi.advanceTimersByTime(WAIT_MS)],
    [
      'a dismissal',
      () => {
        board.dismiss();
      },
    ],
  ])('leaves no timer and no listener behind after %s', async (_name, wake) => {
    const { signal: counted, listeners } = countedSignal();
    const waiting = board.wait(AMS, WAIT_MS, counted).over;
    expect([vi.getTimerCount(), listeners()]).toEqual([1, 1]);
    wake();
    await waiting;
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  it('leaves no timer behind when the client goes away', async () => {
    const { signal: counted, abort, listeners } = countedSignal();
    const waiting = board.wait(AMS, WAIT_MS, counted).over;
    abort();
    await waiting;
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  it('leaves nothing behind when who waits ends it, and says that it is over', async () => {
    const { signal: counted, listeners } = countedSignal();
    const waiting = board.wait(AMS, WAIT_MS, counted);
    waiting.end();
    await waiting.over;
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
    waiting.end();
  });

  it('once dismissed, lets nobody wait: an agent that asks again at once must not hold up the end', async () => {
    const waiting = [board.wait(AMS, WAIT_MS, signal).over, board.wait(FRA, WAIT_MS, signal).over];
    board.dismiss();
    await Promise.all(waiting);
    await board.wait(AMS, WAIT_MS, signal).over;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells how long ago an edge got something new, from its start on', () => {
    clock.advance(4_000);
    expect(board.sinceAnnouncedMs(AMS)).toBe(4_000);
    board.announce([AMS]);
    clock.advance(1_500);
    clock.stepWallClock(-3_600_000);
    expect(board.sinceAnnouncedMs(AMS)).toBe(1_500);
    expect(board.sinceAnnouncedMs(FRA)).toBe(5_500);
  });
});
