import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleConfiguration, exampleLoadBalancer } from '../configuration/example-configuration.js';
import { type Hop, routesOf } from '../configuration/routes.js';
import { MAX_WEIGHT, servingWeights } from './serving-weights.js';

/** Hops told as origin and weight; the endpoint's address is its place in the list. */
function hops(...entries: readonly (readonly [string, number])[]): readonly Hop[] {
  const endpoints = entries.map(([origin, weight], index) => ({ origin, address: `192.0.2.${index + 1}`, weight }));
  return routesOf(exampleConfiguration({ loadBalancers: [exampleLoadBalancer({ endpoints })] }))[0]!.hops;
}

const without =
  (...places: readonly number[]) =>
  (hop: Hop): boolean =>
    !places.some((place) => hop.endpoint === `192.0.2.${place}`);

describe('servingWeights', () => {
  it.each([
    {
      case: 'as published when all can serve',
      entries: [
        ['a', 9],
        ['b', 1],
      ],
      lost: [],
      expected: [9, 1],
    },
    {
      case: 'the rest of an origin takes over',
      entries: [
        ['a', 250],
        ['a', 250],
        ['b', 500],
      ],
      lost: [1],
      expected: [0, 500, 500],
    },
    {
      case: 'in proportion to what is left',
      entries: [
        ['a', 5],
        ['a', 3],
        ['a', 1],
        ['b', 9],
      ],
      lost: [1],
      expected: [0, 27, 9, 36],
    },
    {
      case: 'coarse weights stay exact',
      entries: [
        ['a', 1],
        ['a', 1],
        ['a', 1],
        ['b', 3],
      ],
      lost: [3],
      expected: [3, 3, 0, 6],
    },
    {
      case: 'an origin with nothing left gives its share up',
      entries: [
        ['a', 9],
        ['b', 1],
      ],
      lost: [1],
      expected: [0, 1],
    },
    {
      case: 'nothing when nothing can serve',
      entries: [
        ['a', 9],
        ['b', 1],
      ],
      lost: [1, 2],
      expected: [0, 0],
    },
    {
      case: 'a weight of 0 stays 0',
      entries: [
        ['a', 0],
        ['a', 4],
        ['b', 4],
      ],
      lost: [],
      expected: [0, 4, 4],
    },
  ] as const)('$case', ({ entries, lost, expected }) => {
    expect(servingWeights(hops(...entries), without(...lost))).toEqual(expected);
  });

  it('keeps the proportion of the origins, in integers the kernel takes', () => {
    const entry = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 1_000 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
        const all = hops(...entries.map(([origin, weight]) => [origin, weight] as const));
        const lost = entries.flatMap(([, , isLost], index) => (isLost ? [index + 1] : []));
        const weights = servingWeights(all, without(...lost));
        const total = (of: readonly number[], origin: string): number =>
          of.reduce((sum, weight, index) => (all[index]!.origin === origin ? sum + weight : sum), 0);
        const left = new Set(all.filter(without(...lost)).map((hop) => hop.origin));
        const published = all.map((hop) => hop.weight);
        const wholes = [...left].map((origin) => total(published, origin)).reduce((sum, part) => sum + part, 0);
        const whole = weights.reduce((sum, weight) => sum + weight, 0);
        for (const weight of weights)
          expect(Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT).toBe(true);
        for (const origin of left) {
          const wanted = total(published, origin) / wholes;
          // Rounding moves each endpoint by at most half a unit.
          expect(Math.abs(total(weights, origin) / whole - wanted)).toBeLessThanOrEqual(
            entries.length / 2 / wholes + 1e-9,
          );
        }
      }),
    );
  });
});
