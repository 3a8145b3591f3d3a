import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardingParts, type Hop } from './forwarding.js';

const hop = (origin: number, weight: number, standbyWeight = 0): Hop => ({ origin, weight, standbyWeight });

/** Two servers of one origin with 60 %, one of another with 40 %, and one on standby. */
const hops = [hop(0, 300), hop(0, 300), hop(1, 400), hop(2, 0, 1)];

describe('forwardingParts', () => {
  it.each([
    ['keeps to the weights while all are up', [], [0.3, 0.3, 0.4, 0]],
    ['has the others of an origin take over', [0], [0, 0.6, 0.4, 0]],
    ['gives the share of a dead origin to the others', [0, 1], [0, 0, 1, 0]],
    ['has endpoints on standby serve when nothing with a weight is up', [0, 1, 2], [0, 0, 0, 1]],
    ['fails open when nothing is up at all', [0, 1, 2, 3], [0.3, 0.3, 0.4, 0]],
  ])('%s', (_, down: readonly number[], expected) => {
    const parts = forwardingParts(hops, (index) => !down.includes(index));
    parts.forEach((part, index) => {
      expect(part).toBeCloseTo(expected[index]!);
    });
  });

  it('forwards nothing when nothing is published', () => {
    expect(forwardingParts([hop(0, 0), hop(1, 0)], () => true)).toEqual([0, 0]);
  });

  it('forwards everything or nothing', () => {
    const someHops = fc.array(
      fc.record({ origin: fc.nat(3), weight: fc.nat(1_000), standbyWeight: fc.nat(2), isUp: fc.boolean() }),
    );
    fc.assert(
      fc.property(someHops, (list) => {
        const sum = forwardingParts(list, (index) => list[index]!.isUp).reduce((total, part) => total + part, 0);
        const hasWeight = list.some(({ weight, standbyWeight, isUp }) => weight > 0 || (standbyWeight > 0 && isUp));
        expect(sum).toBeCloseTo(hasWeight ? 1 : 0);
      }),
    );
  });
});
