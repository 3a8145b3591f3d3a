import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel.js';

describe('inParallel', () => {
  it('answers in the order of the items, and has no more than so many under way', async () => {
    let underWay = 0;
    let most = 0;
    const doubled = await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++underWay);
      for (let turn = item; turn < 6; turn++) await Promise.resolve();
      underWay--;
      return 2 * item;
    });
    expect(doubled).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });

  it('rejects with what went wrong', async () => {
    await expect(inParallel([1, 2], 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
