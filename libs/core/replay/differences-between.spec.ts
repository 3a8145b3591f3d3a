import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesBetween } from './differences-between.js';

describe('differencesBetween', () => {
  it.each<{ case: string; before: unknown; now: unknown; differences: readonly string[] }>([
    { case: 'equal values', before: { a: [1, { b: null }] }, now: { a: [1, { b: null }] }, differences: [] },
    { case: 'another figure', before: { a: [1, 2] }, now: { a: [1, 3] }, differences: ['/a/1: 2 became 3'] },
    { case: 'a field more', before: {}, now: { a: 1 }, differences: ['/a: nothing became 1'] },
    { case: 'an item less', before: [1, 2], now: [1], differences: ['/1: 2 became nothing'] },
    { case: 'another kind', before: { a: [] }, now: { a: {} }, differences: ['/a: [] became {}'] },
    { case: 'the whole', before: null, now: 1, differences: ['/: null became 1'] },
    { case: 'a key to escape', before: { 'a/b~': 1 }, now: { 'a/b~': 2 }, differences: ['/a~1b~0: 1 became 2'] },
    {
      case: 'fields in another order',
      before: { x: { a: 1, b: 2 } },
      now: { x: { b: 2, a: 1 } },
      differences: ['/x: the fields are in another order'],
    },
    {
      case: 'a long value',
      before: 'x'.repeat(100),
      now: 1,
      differences: [`/: "${'x'.repeat(79)}… became 1`],
    },
  ])('tells $case', ({ before, now, differences }) => {
    expect(differencesBetween(before, now)).toEqual(differences);
  });

  it('finds a difference exactly where the texts differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [before, now] = [JSON.stringify(one), JSON.stringify(other)];
        const differences = differencesBetween(JSON.parse(before), JSON.parse(now));
        expect(differences.length === 0).toBe(before === now);
        expect(differencesBetween(JSON.parse(before), JSON.parse(before))).toEqual([]);
      }),
    );
  });
});
