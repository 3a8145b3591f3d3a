import { describe, expect, it } from 'vitest';
import { aPairEstimate } from '#testkit/observation-builders.js';
import { originName } from '../model/name.js';
import { sharesByCapacity } from './shares-by-capacity.js';

const rates = (given: Readonly<Record<string, number | null>>) =>
  new Map(Object.entries(given).map(([origin, rate]) => [originName(origin), rate]));

describe('shares by capacity', () => {
  const { arcs } = aPairEstimate({ a: {}, b: {}, c: {} });

  it.each<{
    readonly case: string;
    readonly given: Readonly<Record<string, number | null>>;
    readonly shares: readonly number[];
  }>([
    {
      case: 'are in proportion, and 0 for whom they are not meant',
      given: { a: 100, b: 300, c: 600 },
      shares: [0.25, 0.75, 0],
    },
    { case: 'take an unlimited one for the largest', given: { a: null, b: 300, c: 900 }, shares: [0.5, 0.5, 0] },
    { case: 'are even where none is limited', given: { a: null, b: null }, shares: [0.5, 0.5, 0] },
    { case: 'are even where none has any capacity', given: { a: 0, b: 0 }, shares: [0.5, 0.5, 0] },
    { case: 'are 0 for the one without capacity', given: { a: 0, b: 10 }, shares: [0, 1, 0] },
    { case: 'are even where nothing is known', given: {}, shares: [0.5, 0.5, 0] },
  ])('$case', ({ given, shares }) => {
    expect(sharesByCapacity(arcs, rates(given), [true, true, false])).toEqual(shares);
  });

  it('are all 0 where they are meant for nobody', () => {
    expect(sharesByCapacity(arcs, rates({ a: 100 }), [false, false, false])).toEqual([0, 0, 0]);
  });
});
