import { describe, expect, it } from 'vitest';
import { arcColumns } from '#core/formulate/arc-columns.js';
import type { Problem } from '#core/formulate/problem.js';
import { loadBalancerName, originName } from '#core/model/name.js';
import { PriceMemory } from './price-memory.js';

const shop = loadBalancerName('shop');
const blog = loadBalancerName('blog');

function problemOf(
  origins: readonly string[],
  routes: readonly { of: typeof shop; to: number; limit?: number }[],
): Problem {
  return {
    pairs: [],
    arcs: arcColumns(0, []),
    routes: routes.map(({ of, to, limit }) => ({
      loadBalancer: of,
      origin: to,
      bands:
        limit === undefined
          ? []
          : [
              { width: limit, costMs: 0 },
              { width: null, costMs: 60_000 },
            ],
      connectionSeconds: 1,
    })),
    origins: origins.map((name) => ({ origin: originName(name), bands: [], connectionBands: [] })),
    inertiaMs: 2,
  };
}

const problem = problemOf(
  ['west', 'east'],
  [
    { of: shop, to: 0, limit: 5 },
    { of: shop, to: 1 },
    { of: blog, to: 0 },
  ],
);
const prices = { routesMs: [70, 20, 10], originsMs: [10, 20] };

describe('PriceMemory', () => {
  it('knows nothing at first', () => {
    expect(new PriceMemory().recall(problem)).toBeNull();
  });

  it('gives back what it was told', () => {
    const memory = new PriceMemory();
    memory.remember(problem, prices);
    expect(memory.recall(problem)).toEqual(prices);
  });

  it('goes by names, whatever the order, and takes a new route for as dear as its origin', () => {
    const memory = new PriceMemory();
    memory.remember(problem, prices);
    const other = problemOf(
      ['east', 'west'],
      [
        { of: blog, to: 0, limit: 3 },
        { of: shop, to: 1, limit: 9 },
      ],
    );
    expect(memory.recall(other)).toEqual({ routesMs: [20, 70], originsMs: [20, 10] });
  });

  it('does not know a problem with an origin that is new', () => {
    const memory = new PriceMemory();
    memory.remember(problem, prices);
    expect(memory.recall(problemOf(['west', 'south'], []))).toBeNull();
  });

  it('keeps the prices of other origins, and forgets the old ones of the same', () => {
    const memory = new PriceMemory();
    memory.remember(problem, prices);
    memory.remember(problemOf(['west'], []), { routesMs: [], originsMs: [30] });
    expect(memory.recall(problem)).toEqual({ routesMs: [30, 20, 30], originsMs: [30, 20] });
  });
});
