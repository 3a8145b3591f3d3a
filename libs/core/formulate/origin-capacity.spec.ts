import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originCapacity, type OriginCapacity, type OriginUser, rateInPresentMix } from './origin-capacity.js';

interface Case {
  readonly case: string;
  readonly rate?: number | null;
  readonly connections?: number | null;
  readonly users?: readonly OriginUser[];
  readonly capacity: OriginCapacity;
  readonly rateNow: number | null;
}

describe('what an origin can take', () => {
  it.each<Case>([
    { case: 'no limit at all', capacity: { rate: null, open: null }, rateNow: null },
    { case: 'a rate alone', rate: 50, capacity: { rate: 50, open: null }, rateNow: 50 },
    {
      case: 'open connections, of which nothing was measured yet',
      connections: 100,
      users: [{ heldLoad: 5, seconds: undefined }],
      capacity: { rate: null, open: null },
      rateNow: null,
    },
    {
      case: 'no open connections at all, whatever was measured',
      connections: 0,
      users: [{ heldLoad: 5, seconds: undefined }],
      capacity: { rate: 0, open: null },
      rateNow: 0,
    },
    {
      case: 'open connections, all alike: a rate',
      connections: 100,
      users: [{ heldLoad: 5, seconds: 4 }],
      capacity: { rate: 25, open: null },
      rateNow: 25,
    },
    {
      case: 'a rate that is less than the connections allow',
      rate: 10,
      connections: 100,
      users: [{ heldLoad: 5, seconds: 4 }],
      capacity: { rate: 10, open: null },
      rateNow: 10,
    },
    {
      case: 'connections that allow less than the rate',
      rate: 50,
      connections: 100,
      users: [{ heldLoad: 5, seconds: 4 }],
      capacity: { rate: 25, open: null },
      rateNow: 25,
    },
    {
      case: 'connections nearly alike: a rate, at their mean by load',
      connections: 100,
      users: [
        { heldLoad: 3, seconds: 10 },
        { heldLoad: 1, seconds: 11 },
      ],
      capacity: { rate: 100 / 10.25, open: null },
      rateNow: 100 / 10.25,
    },
    {
      case: 'connections that last differently: a capacity of their own',
      rate: 50,
      connections: 100,
      users: [
        { heldLoad: 3, seconds: 1 },
        { heldLoad: 1, seconds: 9 },
        { heldLoad: 7, seconds: undefined },
      ],
      capacity: { rate: 50, open: { connections: 100, meanSeconds: 3 } },
      rateNow: 100 / 3,
    },
    {
      case: 'connections that last differently, while none is there: their plain mean',
      connections: 100,
      users: [
        { heldLoad: 0, seconds: 1 },
        { heldLoad: 0, seconds: 9 },
      ],
      capacity: { rate: null, open: { connections: 100, meanSeconds: 5 } },
      rateNow: 20,
    },
  ])('$case', ({ rate = null, connections = null, users = [], capacity, rateNow }) => {
    const found = originCapacity({ rate, connections }, users);
    expect(found).toEqual(capacity);
    expect(rateInPresentMix(found)).toBe(rateNow);
  });

  it('by Little’s law: at the rate of the present mix exactly the connections are open', () => {
    const user = fc.record({
      heldLoad: fc.integer({ min: 1, max: 1e6 }),
      seconds: fc.integer({ min: 1, max: 1e8 }).map((ms) => ms / 1_000),
    });
    fc.assert(
      fc.property(
        fc.array(user, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 1e6 }),
        (users, connections) => {
          const rate = rateInPresentMix(originCapacity({ rate: null, connections }, users))!;
          const load = users.reduce((sum, { heldLoad }) => sum + heldLoad, 0);
          const open = users.reduce((sum, { heldLoad, seconds }) => sum + (rate * heldLoad * seconds) / load, 0);
          expect(open / connections).toBeCloseTo(1, 9);
        },
      ),
      { seed: 20_260_101 },
    );
  });
});
