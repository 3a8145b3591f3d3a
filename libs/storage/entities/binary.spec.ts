import { describe, expect, it } from 'vitest';
import { binary } from './binary.js';

describe('binary', () => {
  const bytes = new Uint8Array([1, 2, 3]);

  it.each([
    ['a bare buffer', bytes.buffer],
    ['bytes', bytes],
    ['a Node buffer', Buffer.from(bytes)],
  ])('reads %s, as one driver or another gives it', (_what, stored) => {
    const value = binary.from(stored) as Uint8Array;
    expect(value).toBeInstanceOf(Uint8Array);
    expect([...value]).toEqual([1, 2, 3]);
  });
});
