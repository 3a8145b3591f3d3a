import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueQueue, type DueEntry } from './due-queue.js';

const inOrder = (queue: DueQueue<DueEntry>): readonly number[] => {
  const order: number[] = [];
  for (let entry = queue.takeFirst(); entry !== undefined; entry = queue.takeFirst()) order.push(entry.dueMs);
  return order;
};

describe('DueQueue', () => {
  it('gives back what was added in the order in which it falls due, whatever is added in between', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 40 });
    fc.assert(
      fc.property(moments, moments, (sooner, later) => {
        const queue = new DueQueue<DueEntry>();
        for (const dueMs of sooner) queue.add({ dueMs });
        const first = queue.takeFirst()?.dueMs;
        expect(first).toBe(sooner.length === 0 ? undefined : Math.min(...sooner));
        for (const dueMs of later) queue.add({ dueMs });
        const left = [...sooner].sort((one, other) => one - other).slice(1);
        expect(inOrder(queue)).toEqual([...left, ...later].sort((one, other) => one - other));
      }),
    );
  });

  it('shows the first without taking it, and has none when it is empty', () => {
    const queue = new DueQueue<DueEntry>();
    expect([queue.first, queue.takeFirst()]).toEqual([undefined, undefined]);
    const entry = { dueMs: 3 };
    queue.add(entry);
    expect([queue.first, queue.takeFirst(), queue.first]).toEqual([entry, entry, undefined]);
  });
});
