import { describe, expect, it } from 'vitest';
import { waitUntil } from './wait-until.js';

const patience = { timeoutMs: 1_000, intervalMs: 1, signal: new AbortController().signal };

describe('waitUntil', () => {
  it('asks until the answer is yes, and takes a failure for a no', async () => {
    const answers = [
      () => Promise.resolve(false),
      () => Promise.reject(new Error('refused')),
      () => Promise.resolve(true),
    ];
    await waitUntil('it is ready', () => answers.shift()!(), patience);
    expect(answers).toHaveLength(0);
  });

  it('says what it waited for when the time is over', async () => {
    const waiting = waitUntil('it is ready', () => Promise.resolve(false), { ...patience, timeoutMs: 5 });
    await expect(waiting).rejects.toThrow('waited 0.005 s in vain: it is ready');
  });

  it('stops when the run ends', async () => {
    const run = new AbortController();
    const waiting = waitUntil('it is ready', () => Promise.resolve(false), {
      ...patience,
      intervalMs: 60_000,
      signal: run.signal,
    });
    run.abort();
    await expect(waiting).rejects.toThrow(/aborted/);
  });
});
