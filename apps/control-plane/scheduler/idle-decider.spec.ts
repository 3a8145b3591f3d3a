import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aCycleInput } from '#testkit/cycle-builders.js';
import type { TimedDecision } from './decider.js';
import { IdleDecider } from './idle-decider.js';

const IDLE_MS = 60_000;
const INPUT = aCycleInput();

describe('IdleDecider', () => {
  let stopped: number;
  let decide: () => Promise<TimedDecision>;
  let idle: IdleDecider;

  beforeEach(() => {
    vi.useFakeTimers();
    stopped = 0;
    decide = () => Promise.resolve({} as TimedDecision);
    const stop = (): Promise<void> => {
      stopped += 1;
      return Promise.resolve();
    };
    idle = new IdleDecider({ decide: () => decide(), stop }, IDLE_MS);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes questions on, and ends the thread a while after the last', async () => {
    await idle.decide(INPUT);
    vi.advanceTimersByTime(IDLE_MS - 1);
    await idle.decide(INPUT);
    vi.advanceTimersByTime(IDLE_MS - 1);
    expect(stopped).toBe(0);
    vi.advanceTimersByTime(1);
    expect(stopped).toBe(1);
  });

  it('does not end a thread that decides', async () => {
    await idle.decide(INPUT);
    let answer: (timed: TimedDecision) => void = () => undefined;
    decide = () => new Promise((resolve) => (answer = resolve));
    const asked = idle.decide(INPUT);
    vi.advanceTimersByTime(2 * IDLE_MS);
    expect(stopped).toBe(0);
    answer({} as TimedDecision);
    await asked;
    vi.advanceTimersByTime(IDLE_MS);
    expect(stopped).toBe(1);
  });

  it('ends the thread after a decision that failed, too', async () => {
    decide = () => Promise.reject(new Error('no answer'));
    await expect(idle.decide(INPUT)).rejects.toThrow('no answer');
    vi.advanceTimersByTime(IDLE_MS);
    expect(stopped).toBe(1);
  });

  it('leaves no timer behind when it is stopped', async () => {
    await idle.decide(INPUT);
    await idle.stop();
    expect([stopped, vi.getTimerCount()]).toEqual([1, 0]);
  });
});
