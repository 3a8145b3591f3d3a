import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import { aCycleInput } from '#testkit/cycle-builders.js';
import type { Advice, WhatIfQuestion } from './advisor.js';
import { IdleAdvisor } from './idle-advisor.js';

const IDLE_MS = 60_000;
const QUESTION: WhatIfQuestion = { changes: {}, base: aCycleInput(), standing: INITIAL_CYCLE_STATE };
const ADVICE: Advice = { kind: 'undecided', details: [] };

describe('IdleAdvisor', () => {
  let stopped: number;
  let advise: () => Promise<Advice>;
  let idle: IdleAdvisor;

  beforeEach(() => {
    vi.useFakeTimers();
    stopped = 0;
    advise = () => Promise.resolve(ADVICE);
    const stop = (): Promise<void> => {
      stopped += 1;
      return Promise.resolve();
    };
    idle = new IdleAdvisor({ advise: () => advise(), stop }, IDLE_MS);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes questions on, and ends the thread a while after the last', async () => {
    await idle.advise(QUESTION);
    vi.advanceTimersByTime(IDLE_MS - 1);
    await idle.advise(QUESTION);
    vi.advanceTimersByTime(IDLE_MS - 1);
    expect(stopped).toBe(0);
    vi.advanceTimersByTime(1);
    expect(stopped).toBe(1);
  });

  it('does not end a thread that answers', async () => {
    await idle.advise(QUESTION);
    let answer: (timed: Advice) => void = () => undefined;
    advise = () => new Promise((resolve) => (answer = resolve));
    const asked = idle.advise(QUESTION);
    vi.advanceTimersByTime(2 * IDLE_MS);
    expect(stopped).toBe(0);
    answer(ADVICE);
    await asked;
    vi.advanceTimersByTime(IDLE_MS);
    expect(stopped).toBe(1);
  });

  it('ends the thread after an answer that failed, too', async () => {
    advise = () => Promise.reject(new Error('no answer'));
    await expect(idle.advise(QUESTION)).rejects.toThrow('no answer');
    vi.advanceTimersByTime(IDLE_MS);
    expect(stopped).toBe(1);
  });

  it('leaves no timer behind when it is stopped', async () => {
    await idle.advise(QUESTION);
    await idle.stop();
    expect([stopped, vi.getTimerCount()]).toEqual([1, 0]);
  });
});
