import { describe, expect, it } from 'vitest';
import { TaskQueue } from './task-queue.js';

describe('TaskQueue', () => {
  it('begins a task when the one before has ended, also one that failed', async () => {
    const queue = new TaskQueue();
    const log: string[] = [];
    const task = (name: string, fails: boolean) => async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const first = queue.run(task('first', true));
    const second = queue.run(task('second', false));
    await expect(first).rejects.toThrow('first');
    await expect(second).resolves.toBe('second');
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('is drained when all that was asked for has ended', async () => {
    const queue = new TaskQueue();
    let ended = 0;
    void queue.run(() => Promise.resolve((ended += 1)));
    queue.run(() => Promise.reject(new Error('no'))).catch(() => (ended += 1));
    await queue.drained();
    expect(ended).toBe(2);
  });
});
