import { describe, expect, it } from 'vitest';
import { ArrayShelf } from './array-shelf.js';

describe('ArrayShelf', () => {
  it('lends the same memory again once it was taken back', () => {
    const shelf = new ArrayShelf();
    const before = [shelf.floats(10), shelf.ints(10), shelf.bytes(10), shelf.floats(5)];
    shelf.takeBack();
    const after = [shelf.floats(10), shelf.ints(7), shelf.bytes(1), shelf.floats(5)];
    expect(after.map(({ buffer }) => buffer)).toEqual(before.map(({ buffer }) => buffer));
    after.forEach(({ buffer }, index) => {
      expect(buffer).toBe(before[index]?.buffer);
    });
    expect(after.map(({ length }) => length)).toEqual([10, 7, 1, 5]);
  });

  it('never lends the same memory twice at a time', () => {
    const shelf = new ArrayShelf();
    expect(shelf.floats(10).buffer).not.toBe(shelf.floats(10).buffer);
  });

  it('gets larger memory when it must', () => {
    const shelf = new ArrayShelf();
    shelf.floats(10);
    shelf.takeBack();
    const larger = shelf.floats(11);
    expect(larger).toHaveLength(11);
    shelf.takeBack();
    expect(shelf.floats(10).buffer).toBe(larger.buffer);
  });

  it('has an inner one, whose memory is lent again each time it is asked for', () => {
    const shelf = new ArrayShelf();
    const outer = shelf.floats(10);
    const inner = shelf.emptyInner().floats(10);
    expect(inner.buffer).not.toBe(outer.buffer);
    expect(shelf.emptyInner().floats(10).buffer).toBe(inner.buffer);
  });
});
