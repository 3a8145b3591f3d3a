import { describe, expect, it } from 'vitest';
import { Heap } from './heap.js';

describe('the heap', () => {
  it('is let go for what needs room, and restrained again after, however that ends', async () => {
    const flags: string[] = [];
    const heap = new Heap((flag) => flags.push(flag));
    heap.restrain();
    const failing = heap.withRoom(() => {
      expect(flags).toEqual(['--heap-growing-percent=50', '--heap-growing-percent=0']);
      return Promise.reject(new Error('no room'));
    });
    await expect(failing).rejects.toThrow('no room');
    expect(flags.at(-1)).toBe('--heap-growing-percent=50');
  });

  it('stays as it is where nobody restrained it', async () => {
    const flags: string[] = [];
    expect(await new Heap((flag) => flags.push(flag)).withRoom(() => Promise.resolve(1))).toBe(1);
    expect(flags).toEqual([]);
  });
});
