import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arcColumns } from '#core/formulate/arc-columns.js';
import type { Band, Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { problemsWithConnectionBands } from '#testkit/problem-arbitraries.js';
import { costOfShares } from '#testkit/optimality.js';
import { asFlow } from './as-flow.js';

interface Mix {
  readonly demand: number;
  readonly heldShare: number | null;
  readonly seconds: number;
}

/** One origin, and a load balancer for each part of its mix. */
function anOrigin(mix: readonly Mix[], bands: readonly Band[], connectionBands: readonly Band[]): Problem {
  const names = mix.map((_part, index) => loadBalancerName(`lb-${index}`));
  return {
    pairs: mix.map(({ demand }, index) => ({ loadBalancer: names[index]!, edge: edgeName('fra-1'), demand })),
    arcs: arcColumns(
      mix.length,
      mix.map(({ heldShare }, index) => ({
        pair: index,
        route: index,
        costMs: 1,
        minShare: 0,
        maxShare: 1,
        heldShare,
      })),
    ),
    routes: mix.map(({ seconds }, index) => ({
      loadBalancer: names[index]!,
      origin: 0,
      bands: [],
      connectionSeconds: seconds,
    })),
    origins: [{ origin: originName('west'), bands, connectionBands }],
    inertiaMs: 2,
  };
}

const bandsOf = (problem: Problem): readonly Band[] => asFlow(problem).origins[0]!.bands;

const hundredOpen: readonly Band[] = [
  { width: 100, costMs: 0 },
  { width: 20, costMs: 10 },
  { width: null, costMs: 1_000 },
];

describe('asFlow', () => {
  it.each<{ readonly what: string; readonly mix: readonly Mix[]; readonly seconds: number }>([
    { what: 'of what is held', mix: [{ demand: 10, heldShare: 1, seconds: 4 }], seconds: 4 },
    {
      what: 'by how much of each is held',
      mix: [
        { demand: 30, heldShare: 0.5, seconds: 4 },
        { demand: 10, heldShare: 0.5, seconds: 8 },
        { demand: 999, heldShare: 0, seconds: 100 },
      ],
      seconds: 5,
    },
    {
      what: 'of all routes alike when nothing is held',
      mix: [
        { demand: 30, heldShare: null, seconds: 1 },
        { demand: 10, heldShare: 0, seconds: 3 },
      ],
      seconds: 2,
    },
  ])('tells open connections as a rate by the connection time $what', ({ mix, seconds }) => {
    expect(bandsOf(anOrigin(mix, [], hundredOpen))).toEqual([
      { width: 100 / seconds, costMs: 0 },
      { width: 20 / seconds, costMs: 10 * seconds },
      { width: null, costMs: 1_000 * seconds },
    ]);
  });

  it('adds what a load costs by its rate and by what it holds open', () => {
    const rates: readonly Band[] = [
      { width: 30, costMs: 0 },
      { width: 25, costMs: 5 },
      { width: null, costMs: 15_000 },
    ];
    expect(bandsOf(anOrigin([{ demand: 1, heldShare: 1, seconds: 2 }], rates, hundredOpen))).toEqual([
      { width: 30, costMs: 0 },
      { width: 20, costMs: 5 },
      { width: 5, costMs: 25 },
      { width: 5, costMs: 15_020 },
      { width: null, costMs: 17_000 },
    ]);
  });

  it('drops a limit of open connections where they take no time', () => {
    expect(bandsOf(anOrigin([{ demand: 1, heldShare: 1, seconds: 0 }], [], hundredOpen))).toEqual([]);
  });

  it('leaves what is a flow as it is', () => {
    const problem = anOrigin([{ demand: 1, heldShare: 1, seconds: 2 }], hundredOpen, []);
    expect(asFlow(problem)).toEqual(problem);
  });

  it('is exact where all connections last alike', () => {
    const seconds = fc.double({ min: 0.01, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(problemsWithConnectionBands({ balancers: 2, edges: 3, origins: 4 }), seconds, (problem, lasting) => {
        const alike = { ...problem, routes: problem.routes.map((route) => ({ ...route, connectionSeconds: lasting })) };
        const shares = problem.arcs.costMs.map((_cost, index) => ((index * 7) % 5) / 10);
        const cost = costOfShares(alike, shares);
        expect(Math.abs(costOfShares(asFlow(alike), shares) - cost)).toBeLessThanOrEqual(1e-9 * cost);
      }),
      { numRuns: 300, seed: 20_260_901 },
    );
  });
});
