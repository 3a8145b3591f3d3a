import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arcColumns } from '#core/formulate/arc-columns.js';
import type { Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { problems, sideBySide } from '#testkit/problem-arbitraries.js';
import { splitComponents } from './split-components.js';

/** Load balancers with one pair each, told by the origins they may use. */
function problemOf(uses: readonly (readonly number[])[], origins: number): Problem {
  const names = uses.map((_used, index) => loadBalancerName(`lb-${index}`));
  const used = uses.flatMap((list, balancer) => list.map((origin) => ({ balancer, origin })));
  return {
    pairs: names.map((loadBalancer) => ({ loadBalancer, edge: edgeName('fra-1'), demand: 1 })),
    arcs: arcColumns(
      names.length,
      used.map(({ balancer }, route) => ({
        pair: balancer,
        route,
        costMs: route,
        minShare: 0,
        maxShare: 1,
        heldShare: null,
      })),
    ),
    routes: used.map(({ balancer, origin }) => ({
      loadBalancer: names[balancer]!,
      origin,
      bands: [],
      connectionSeconds: 1,
    })),
    origins: Array.from({ length: origins }, (_none, index) => ({
      origin: originName(`o-${index}`),
      bands: [],
      connectionBands: [],
    })),
    inertiaMs: 2,
  };
}

const pairsOf = (problem: Problem): unknown => splitComponents(problem)?.map(({ pairs }) => pairs) ?? null;

describe('splitComponents', () => {
  it.each<{ readonly what: string; readonly uses: number[][]; readonly parts: number[][] | null }>([
    { what: 'one load balancer', uses: [[0, 1, 2]], parts: null },
    {
      what: 'two that share an origin',
      uses: [
        [0, 1],
        [1, 2],
      ],
      parts: null,
    },
    { what: 'two that share none', uses: [[0], [1, 2]], parts: [[0], [1]] },
    { what: 'two that only a third joins', uses: [[0], [2], [2, 1, 0]], parts: null },
    {
      what: 'two and two',
      uses: [[0], [2], [1, 0], [2]],
      parts: [
        [0, 2],
        [1, 3],
      ],
    },
    { what: 'one without an origin', uses: [[0, 1, 2], []], parts: [[0], [1]] },
    { what: 'no load balancer', uses: [], parts: null },
  ])('takes $what apart as it should', ({ uses, parts }) => {
    const origins = Math.max(0, ...uses.flat()) + 1;
    expect(pairsOf(problemOf(uses, origins))).toEqual(parts);
  });

  it('copies nothing when there is but one part', () => {
    expect(splitComponents(problemOf([[0, 1]], 2))).toBeNull();
  });

  it('gives an origin that nobody uses to nobody', () => {
    expect(splitComponents(problemOf([[0]], 2))?.map(({ pairs, origins }) => ({ pairs, origins }))).toEqual([
      { pairs: [0], origins: [0] },
      { pairs: [], origins: [1] },
    ]);
  });

  it('tells each part as the problem it is by itself', () => {
    const some = fc.array(problems({ balancers: 2, edges: 3, origins: 3 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(some, (parts) => {
        const whole = sideBySide(parts);
        const components = splitComponents(whole)!;
        expect(components).toHaveLength(parts.length);
        components.forEach(({ problem, pairs, routes, origins }, index) => {
          expect(problem.arcs).toEqual(parts[index]!.arcs);
          expect(problem.pairs).toEqual(pairs.map((pair) => whole.pairs[pair]));
          expect(problem.routes.map(({ bands }) => bands)).toEqual(routes.map((route) => whole.routes[route]!.bands));
          expect(problem.origins).toEqual(origins.map((origin) => whole.origins[origin]));
          for (const { route, origin } of problem.routes.map((of, route) => ({ route, origin: of.origin }))) {
            expect(origins[origin]).toBe(whole.routes[routes[route]!]!.origin);
          }
        });
      }),
      { numRuns: 200, seed: 20_260_902 },
    );
  });
});
