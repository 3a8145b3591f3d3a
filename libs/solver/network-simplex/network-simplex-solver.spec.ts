import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arcColumns, listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { bestSavingMs, costOfShares } from '#testkit/optimality.js';
import { problems, tiedProblems } from '#testkit/problem-arbitraries.js';
import { NetworkSimplexSolver } from './network-simplex-solver.js';

const solver = new NetworkSimplexSolver();
const reference = new LinearProgramSolver();

type Bounds = Pick<Arc, 'minShare' | 'maxShare' | 'heldShare'>;
const free: Bounds = { minShare: 0, maxShare: 1, heldShare: null };

/** One load balancer; each pair may use each origin, at the cost `costsMs[pair][origin]`. */
function aProblem(parts: {
  readonly demands: readonly number[];
  readonly costsMs: readonly (readonly number[])[];
  readonly originBands: readonly (readonly Band[])[];
  readonly routeBands?: readonly (readonly Band[])[];
  readonly bounds?: (pair: number, origin: number) => Bounds;
  readonly inertiaMs?: number;
}): Problem {
  const loadBalancer = loadBalancerName('shop');
  const routeBands = parts.routeBands ?? [];
  return {
    pairs: parts.demands.map((demand, index) => ({ loadBalancer, edge: edgeName(`edge-${index}`), demand })),
    arcs: arcColumns(
      parts.demands.length,
      parts.costsMs.flatMap((costs, pair) =>
        costs.map((costMs, origin) => ({ pair, route: origin, costMs, ...(parts.bounds?.(pair, origin) ?? free) })),
      ),
    ),
    routes: parts.originBands.map((_bands, origin) => ({
      loadBalancer,
      origin,
      bands: routeBands[origin] ?? [],
      connectionSeconds: 1,
    })),
    origins: parts.originBands.map((bands, index) => ({
      origin: originName(`origin-${index}`),
      bands,
      connectionBands: [],
    })),
    inertiaMs: parts.inertiaMs ?? 2,
  };
}

/** Of a fresh solver. */
function sharesOf(problem: Problem): readonly number[] {
  return Array.from(new NetworkSimplexSolver().solve(problem).shares);
}

const full = (rate: number): readonly Band[] => [
  { width: rate, costMs: 0 },
  { width: null, costMs: 15_000 },
];

/** Optimal by the words of the problem, and by those of the other solver. */
function expectOptimal(problem: Problem): void {
  const { shares, cost } = solver.solve(problem);
  expectWithinBounds(problem, shares);
  const recomputed = costOfShares(problem, shares);
  expect(Math.abs(cost - recomputed)).toBeLessThanOrEqual(1e-9 * Math.abs(recomputed));
  const flow = 1e-9 * problem.pairs.reduce((sum, pair) => sum + pair.demand, 0);
  expect(bestSavingMs(problem, shares, { share: 1e-4, flow, savingMs: 1e-3 })).toBe(0);
  const expected = reference.solve(problem).cost;
  expect(Math.abs(cost - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-9);
}

function expectWithinBounds(problem: Problem, shares: ArrayLike<number>): void {
  const sums = problem.pairs.map(() => 0);
  listArcs(problem.arcs).forEach(({ pair, minShare, maxShare }, index) => {
    const share = shares[index]!;
    expect(share).toBeGreaterThanOrEqual(minShare);
    expect(share).toBeLessThanOrEqual(maxShare);
    sums[pair]! += share;
  });
  for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThanOrEqual(1e-9);
}

describe('NetworkSimplexSolver', () => {
  it('answers an empty problem', () => {
    const nothing: Problem = { pairs: [], arcs: arcColumns(0, []), routes: [], origins: [], inertiaMs: 2 };
    expect(solver.solve(nothing)).toEqual({
      shares: new Float64Array(),
      cost: 0,
      isOptimal: true,
      prices: { routesMs: new Float64Array(), originsMs: new Float64Array() },
      failures: [],
      rescues: 0,
    });
  });

  it('fills the nearest and spills what exceeds it', () => {
    const problem = aProblem({ demands: [400], costsMs: [[5, 105]], originBands: [full(100), []] });
    expect(solver.solve(problem)).toMatchObject({ shares: Float64Array.of(0.25, 0.75), cost: 100 * 5 + 300 * 105 });
  });

  it('lets the pair spill whose detour is shortest', () => {
    const costsMs = [
      [10, 200],
      [20, 40],
    ];
    const problem = aProblem({ demands: [100, 100], costsMs, originBands: [full(100), full(100)] });
    expect(sharesOf(problem)).toEqual([1, 0, 0, 1]);
  });

  it('moves nothing that saves less than the inertia, and what saves more', () => {
    const problem = (savingMs: number) =>
      aProblem({
        demands: [100],
        costsMs: [[50, 50 - savingMs]],
        originBands: [[], []],
        bounds: (_pair, origin) => ({ minShare: 0, maxShare: 1, heldShare: origin === 0 ? 0.7 : 0.3 }),
      });
    expect(sharesOf(problem(1.9))).toEqual([0.7, 0.3]);
    expect(sharesOf(problem(2.1))).toEqual([0, 1]);
  });

  it('is exact to the last bit at bounds, and leaves the rest to the arc between them', () => {
    const bounds = (_pair: number, origin: number) =>
      [
        { minShare: 0.1, maxShare: 0.3, heldShare: 0.2 },
        { minShare: 0.05, maxShare: 0.95, heldShare: 0.4 },
        { minShare: 0.07, maxShare: 0.9, heldShare: 0.4 },
      ][origin]!;
    const problem = aProblem({ demands: [1 / 3], costsMs: [[5, 50, 500]], originBands: [[], [], []], bounds });
    expect(sharesOf(problem)).toEqual([0.3, expect.closeTo(0.63, 15), 0.07]);
  });

  it('gives an idle pair exact shares beside many that are a million times busier', () => {
    const busy = Array.from({ length: 2_000 }, () => 1e6);
    const problem = aProblem({
      demands: [...busy, 1],
      costsMs: [...busy.map(() => [5, 6]), [100, 7]],
      originBands: [full(1.3e9), full(1e9)],
      bounds: (_pair, origin) => ({
        minShare: origin === 0 ? 0.213 : 0.087,
        maxShare: 1,
        heldShare: origin === 0 ? 0.513 : 0.487,
      }),
    });
    expect(sharesOf(problem).slice(-2)).toEqual([0.213, expect.closeTo(0.787, 12)]);
  });

  it('does not mind bounds that miss 1 by rounding', () => {
    // Ten times 0.1 is 0.9999999999999999.
    const share = { minShare: 0.1, maxShare: 0.1, heldShare: 0.1 };
    const costs = Array.from({ length: 10 }, (_none, origin) => origin);
    const problem = aProblem({
      demands: [7],
      costsMs: [costs],
      originBands: costs.map(() => full(3)),
      bounds: () => share,
    });
    expect(sharesOf(problem)).toEqual(costs.map(() => 0.1));
  });

  it.each([
    { what: 'upper bounds below 1', bounds: { minShare: 0, maxShare: 0.4, heldShare: null } },
    { what: 'lower bounds above 1', bounds: { minShare: 0.6, maxShare: 1, heldShare: null } },
  ])('says that $what are infeasible', ({ bounds }) => {
    const problem = aProblem({ demands: [100], costsMs: [[5, 105]], originBands: [[], []], bounds: () => bounds });
    expect(() => solver.solve(problem)).toThrow(expect.objectContaining({ code: 'infeasible' }) as Error);
  });

  it('says so when a pair has no arc', () => {
    const problem = aProblem({ demands: [1, 1], costsMs: [[5]], originBands: [[]] });
    expect(() => solver.solve(problem)).toThrow(expect.objectContaining({ code: 'infeasible' }) as Error);
  });

  it('says so when an arc must carry more than it may', () => {
    const bounds = () => ({ minShare: 1.5, maxShare: 1, heldShare: null });
    const problem = aProblem({ demands: [1], costsMs: [[5]], originBands: [[]], bounds });
    expect(() => solver.solve(problem)).toThrow(expect.objectContaining({ code: 'infeasible' }) as Error);
  });

  it('refuses limits of open connections', () => {
    const flow = aProblem({ demands: [1], costsMs: [[5]], originBands: [[]] });
    const origins = flow.origins.map((node) => ({ ...node, connectionBands: full(10) }));
    const call = () => solver.solve({ ...flow, origins });
    expect(call).toThrow(expect.objectContaining({ code: 'not-a-flow' }) as Error);
  });

  it('answers what one connection more would cost at routes and origins', () => {
    const costsMs = [
      [10, 200],
      [20, 40],
    ];
    const routeBands = [[{ width: null, costMs: 7 }], []];
    const problem = aProblem({ demands: [100, 100], costsMs, originBands: [full(150), full(1_000)], routeBands });
    // West is half taken by the second pair, which loses 40 - 20 - 7 ms by going east.
    const { shares, prices } = solver.solve(problem);
    expect(shares).toEqual(Float64Array.of(1, 0, 0.5, 0.5));
    expect(prices).toEqual({ routesMs: Float64Array.of(20, 0), originsMs: Float64Array.of(13, 0) });
  });

  it('keeps all bounds when the time is over before it began, and says that cheaper shares may exist', () => {
    const size = { balancers: 3, edges: 8, origins: 6 };
    let late = 0;
    fc.assert(
      fc.property(problems(size), (problem) => {
        const { shares, cost, isOptimal } = new NetworkSimplexSolver().solve(problem, () => true);
        expectWithinBounds(problem, shares);
        const best = solver.solve(problem);
        expect(best.isOptimal).toBe(true);
        expect(cost).toBeGreaterThanOrEqual(best.cost * (1 - 1e-9));
        if (isOptimal) expect(cost).toBeLessThanOrEqual(best.cost * (1 + 1e-9));
        else late += 1;
      }),
      { numRuns: 200, seed: 20_260_205 },
    );
    expect(late).toBeGreaterThan(20);
  });

  it('cannot call an infeasible problem late', () => {
    const bounds = () => ({ minShare: 0, maxShare: 0.4, heldShare: null });
    const problem = aProblem({ demands: [100], costsMs: [[5, 105]], originBands: [[], []], bounds });
    const call = () => solver.solve(problem, () => true);
    expect(call).toThrow(expect.objectContaining({ code: 'infeasible' }) as Error);
  });

  it.each([
    { demand: NaN, costMs: 5 },
    { demand: Infinity, costMs: 5 },
    { demand: 100, costMs: NaN },
    { demand: 100, costMs: Infinity },
  ])('refuses figures that cannot be calculated with: demand $demand, cost $costMs ms', ({ demand, costMs }) => {
    const problem = aProblem({ demands: [demand], costsMs: [[costMs, 105]], originBands: [full(10), []] });
    expect(() => solver.solve(problem)).toThrow(expect.objectContaining({ code: 'not-a-number' }) as Error);
  });
});

describe('a degenerate problem', () => {
  const equalCosts = [0, 1, 2, 3].map(() => [20, 20, 20]);
  const spread = (_pair: number, origin: number) => ({
    minShare: 0,
    maxShare: 1,
    heldShare: [0.5, 0.25, 0.25][origin]!,
  });

  it.each<[string, Problem]>([
    ['equal costs', aProblem({ demands: [1, 1, 1, 1], costsMs: equalCosts, originBands: [full(1), full(1), full(2)] })],
    [
      'equal costs and no inertia around held shares',
      aProblem({
        demands: [4, 4, 4, 4],
        costsMs: equalCosts,
        originBands: [full(4), full(4), full(8)],
        bounds: spread,
        inertiaMs: 0,
      }),
    ],
    [
      'no capacity at all',
      aProblem({ demands: [1, 2, 3, 4], costsMs: equalCosts, originBands: [full(0), full(0), full(0)] }),
    ],
    [
      'routes that may carry nothing',
      aProblem({
        demands: [1, 2, 3, 4],
        costsMs: equalCosts,
        originBands: [full(5), full(5), []],
        routeBands: [full(0), full(0), [{ width: null, costMs: 60_000 }]],
      }),
    ],
    [
      'shares that are all fixed',
      aProblem({
        demands: [1, 2, 3, 4],
        costsMs: equalCosts,
        originBands: [full(5), full(0), []],
        bounds: (_pair, origin) => {
          const share = [0.5, 0.25, 0.25][origin]!;
          return { minShare: share, maxShare: share, heldShare: share };
        },
      }),
    ],
    [
      'a single origin',
      aProblem({ demands: [1, 2], costsMs: [[5], [7]], originBands: [full(2)], routeBands: [full(1)] }),
    ],
    [
      'displaced shares',
      aProblem({
        demands: [10, 10],
        costsMs: [
          [5, 50],
          [50, 5],
        ],
        originBands: [full(8), full(8)],
        bounds: () => ({ minShare: 0.28, maxShare: 0.72, heldShare: 0.3 }),
      }),
    ],
  ])('with %s is solved to the optimum', (_what, problem) => {
    expectOptimal(problem);
  });

  it('of few whole figures is solved to the optimum', () => {
    const tied = tiedProblems({ balancers: 2, edges: 4, origins: 4 });
    fc.assert(fc.property(tied, expectOptimal), { numRuns: 1_000, seed: 20_260_202 });
  });
});

describe('any problem', () => {
  const sizes = [
    { balancers: 1, edges: 1, origins: 2, numRuns: 1_500 },
    { balancers: 2, edges: 3, origins: 4, numRuns: 1_500 },
    { balancers: 3, edges: 8, origins: 6, numRuns: 200 },
    { balancers: 4, edges: 16, origins: 8, numRuns: 50 },
  ];

  it.each(sizes)(
    'of at most $balancers balancers, $edges edges and $origins origins costs what the linear program says',
    ({ numRuns, ...size }) => {
      fc.assert(fc.property(problems(size), expectOptimal), { numRuns, seed: 20_260_201 });
    },
  );

  it('is answered the same, bit for bit, and left as it was', () => {
    fc.assert(
      fc.property(problems({ balancers: 2, edges: 3, origins: 4 }), (problem) => {
        const before = structuredClone(problem);
        expect(solver.solve(problem)).toEqual(new NetworkSimplexSolver().solve(structuredClone(before)));
        expect(problem).toEqual(before);
      }),
      { numRuns: 200, seed: 20_260_203 },
    );
  });

  it('costs the same in whichever order its arcs are told', () => {
    fc.assert(
      fc.property(problems({ balancers: 2, edges: 4, origins: 4 }), (problem) => {
        const arcs = arcColumns(problem.pairs.length, [...listArcs(problem.arcs)].reverse());
        const { cost } = solver.solve({ ...problem, arcs });
        expect(Math.abs(cost - solver.solve(problem).cost)).toBeLessThanOrEqual(1e-6 * cost);
      }),
      { numRuns: 200, seed: 20_260_204 },
    );
  });
});
