import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Destination } from '../../data-plane/service.js';
import { Rotation } from './rotation.js';

const destination = (host: number, weight: number): Destination => ({
  address: `192.0.2.${host}`,
  port: 8080,
  weight,
  forwarding: 'masquerade',
});

function rotationOf(...weights: readonly number[]): Rotation {
  const rotation = new Rotation();
  weights.forEach((weight, host) => {
    rotation.set(destination(host, weight));
  });
  return rotation;
}

const pick = (rotation: Rotation, count: number) =>
  Array.from({ length: count }, () => Number(rotation.next()?.address.split('.').at(-1)));

const countOf = (picks: readonly number[], host: number) => picks.filter((each) => each === host).length;

describe('Rotation', () => {
  it('interleaves as nginx does', () => {
    expect(pick(rotationOf(5, 1, 1), 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('is nobody without a positive weight', () => {
    expect(rotationOf(0, 0).next()).toBeNull();
    expect(rotationOf().next()).toBeNull();
  });

  it('keeps out the one that is excepted', () => {
    const rotation = rotationOf(9, 1);
    expect(rotation.next(({ address }) => address !== '192.0.2.0')?.address).toBe('192.0.2.1');
    expect(rotationOf(1).next(() => false)).toBeNull();
  });

  it('forgets a destination that is removed', () => {
    const rotation = rotationOf(1, 1);
    rotation.remove(destination(0, 1));
    expect(pick(rotation, 3)).toEqual([1, 1, 1]);
  });

  const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 5 });

  it('is never further from the shares than the number of destinations, at any moment', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 300 }), (list, count) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const picks = pick(rotationOf(...list), count);
        list.forEach((weight, host) => {
          expect(Math.abs(countOf(picks, host) - (count * weight) / total)).toBeLessThan(list.length);
        });
      }),
    );
  });

  it('gives exactly the weights over a whole turn', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 }), (list) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        const picks = pick(rotationOf(...list), total);
        expect(list.map((_, host) => countOf(picks, host))).toEqual(list);
      }),
    );
  });

  it('keeps the shares exact however often the weights are published anew on another scale', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 10, 1000), { minLength: 1, maxLength: 100 }), (scales) => {
        const rotation = new Rotation();
        const picks = scales.flatMap((scale) => {
          rotation.set(destination(0, 7 * scale));
          rotation.set(destination(1, 3 * scale));
          return pick(rotation, 3);
        });
        expect(Math.abs(countOf(picks, 1) - picks.length * 0.3)).toBeLessThan(1.001);
      }),
    );
  });
});
