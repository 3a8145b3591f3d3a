import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeBands } from '#core/formulate/bands.js';
import { arcColumns, listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { bestSavingMs, costOfShares } from '#testkit/optimality.js';
import { problems } from '#testkit/problem-arbitraries.js';
import { LinearProgramSolver } from './linear-program-solver.js';

const solver = new LinearProgramSolver();

const free: Pick<Arc, 'minShare' | 'maxShare' | 'heldShare'> = { minShare: 0, maxShare: 1, heldShare: null };

/** One load balancer; each pair may use each origin, at the cost `costsMs[pair][origin]`. */
function aProblem(parts: {
  readonly demands: readonly number[];
  readonly costsMs: readonly (readonly number[])[];
  readonly originBands: readonly (readonly Band[])[];
  readonly bounds?: (pair: number, origin: number) => Pick<Arc, 'minShare' | 'maxShare' | 'heldShare'>;
  readonly routeBands?: readonly (readonly Band[])[];
  readonly inertiaMs?: number;
}): Problem {
  const loadBalancer = loadBalancerName('shop');
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
      bands: parts.routeBands?.[origin] ?? [],
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

const full = (rate: number): readonly Band[] => [
  { width: rate, costMs: 0 },
  { width: null, costMs: 15_000 },
];

/** Shares as rounded figures, pair by pair. */
function solved(problem: Problem): readonly (readonly number[])[] {
  const shares = Array.from(solver.solve(problem).shares);
  return problem.pairs.map((_pair, index) =>
    shares
      .filter((_share, arc) => listArcs(problem.arcs)[arc]!.pair === index)
      .map((share) => Number(share.toFixed(6))),
  );
}

describe('LinearProgramSolver', () => {
  it('answers an empty problem', () => {
    expect(solver.solve({ pairs: [], arcs: arcColumns(0, []), routes: [], origins: [], inertiaMs: 2 })).toEqual({
      shares: [],
      cost: 0,
      isOptimal: true,
      prices: null,
      failures: [],
      rescues: 0,
    });
  });

  it('fills the nearest and spills what exceeds it', () => {
    const problem = aProblem({ demands: [400], costsMs: [[5, 105]], originBands: [full(100), []] });
    expect(solved(problem)).toEqual([[0.25, 0.75]]);
    expect(solver.solve(problem).cost).toBeCloseTo(100 * 5 + 300 * 105, 4);
  });

  it('lets the pair spill whose detour is shortest', () => {
    const costsMs = [
      [10, 200],
      [20, 40],
    ];
    const problem = aProblem({ demands: [100, 100], costsMs, originBands: [full(100), []] });
    expect(solved(problem)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('moves nothing that saves less than the inertia, and what saves more', () => {
    const problem = (savingMs: number) =>
      aProblem({
        demands: [100],
        costsMs: [[50, 50 - savingMs]],
        originBands: [[], []],
        bounds: (_pair, origin) => ({ minShare: 0, maxShare: 1, heldShare: origin === 0 ? 0.7 : 0.3 }),
      });
    expect(solved(problem(1.9))).toEqual([[0.7, 0.3]]);
    expect(solved(problem(2.1))).toEqual([[0, 1]]);
  });

  it('keeps shares within their bounds, however dear', () => {
    const bounds = (_pair: number, origin: number) =>
      origin === 0
        ? { minShare: 0.1, maxShare: 0.3, heldShare: 0.2 }
        : { minShare: 0.7, maxShare: 0.9, heldShare: 0.8 };
    const problem = aProblem({ demands: [100], costsMs: [[5, 105]], originBands: [full(1e6), full(0)], bounds });
    expect(solved(problem)).toEqual([[0.3, 0.7]]);
  });

  it('charges a route beyond its own limit', () => {
    const problem = aProblem({
      demands: [100],
      costsMs: [[5, 105]],
      originBands: [[], []],
      routeBands: [routeBands(40), routeBands(null)],
    });
    expect(solved(problem)).toEqual([[0.4, 0.6]]);
  });

  it('charges open connections beyond their limit, however many of them make up a rate', () => {
    const problem = aProblem({ demands: [100], costsMs: [[5, 105]], originBands: [[], []] });
    const lasting = (seconds: number): Problem => ({
      ...problem,
      routes: problem.routes.map((route) => ({ ...route, connectionSeconds: seconds })),
      origins: problem.origins.map((node, origin) => ({ ...node, connectionBands: origin === 0 ? full(120) : [] })),
    });
    expect(solved(lasting(0))).toEqual([[1, 0]]);
    expect(solved(lasting(2))).toEqual([[0.6, 0.4]]);
    expect(solved(lasting(30))).toEqual([[0.04, 0.96]]);
    expect(solver.solve(lasting(2)).cost).toBeCloseTo(60 * 5 + 40 * 105, 4);
  });

  it('gives an idle pair its best shares beside one that is a million times busier', () => {
    const costsMs = [
      [5, 105],
      [100, 7],
    ];
    const problem = aProblem({
      demands: [1e6, 1],
      costsMs,
      originBands: [full(1e9), full(1e9)],
      bounds: (_pair, origin) => ({ minShare: 0, maxShare: 1, heldShare: origin === 0 ? 1 : 0 }),
    });
    expect(solved(problem)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('says that a problem without a solution is infeasible', () => {
    const bounds = () => ({ minShare: 0, maxShare: 0.4, heldShare: null });
    const problem = aProblem({ demands: [100], costsMs: [[5, 105]], originBands: [[], []], bounds });
    expect(() => solver.solve(problem)).toThrow(expect.objectContaining({ code: 'infeasible' }) as Error);
  });
});

describe('any problem', () => {
  const sizes = [
    { balancers: 1, edges: 1, origins: 2, numRuns: 2_000 },
    { balancers: 2, edges: 3, origins: 4, numRuns: 2_000 },
    { balancers: 3, edges: 8, origins: 6, numRuns: 400 },
    { balancers: 4, edges: 16, origins: 8, numRuns: 200 },
  ];

  it.each(sizes)(
    'of at most $balancers balancers, $edges edges and $origins origins is solved to the optimum',
    ({ numRuns, ...size }) => {
      fc.assert(
        fc.property(problems(size), (problem) => {
          const { shares, cost } = solver.solve(problem);
          expectWithinBounds(problem, shares);
          const recomputed = costOfShares(problem, shares);
          expect(Math.abs(cost - recomputed)).toBeLessThanOrEqual(1e-6 * Math.abs(recomputed) + 1e-9);
          const flow = 1e-9 * problem.pairs.reduce((sum, pair) => sum + pair.demand, 0);
          expect(bestSavingMs(problem, shares, { share: 1e-4, flow, savingMs: 1e-3 })).toBe(0);
        }),
        { numRuns, seed: 20_260_101 },
      );
    },
  );

  it('is answered the same, bit for bit, and left as it was', () => {
    fc.assert(
      fc.property(problems({ balancers: 2, edges: 3, origins: 4 }), (problem) => {
        const before = structuredClone(problem);
        expect(solver.solve(problem)).toEqual(new LinearProgramSolver().solve(before));
        expect(problem).toEqual(before);
      }),
      { numRuns: 200, seed: 20_260_102 },
    );
  });
});

describe('the test of optimality itself', () => {
  it('finds the exchange that a worse answer leaves open', () => {
    const problem = aProblem({ demands: [400], costsMs: [[5, 105]], originBands: [full(100), []] });
    const tolerance = { share: 1e-4, flow: 1e-3, savingMs: 1e-3 };
    expect(bestSavingMs(problem, [0.2, 0.8], tolerance)).toBeCloseTo(100, 6);
    expect(bestSavingMs(problem, [0.3, 0.7], tolerance)).toBeCloseTo(15_000 - 100, 6);
    expect(bestSavingMs(problem, [0.25, 0.75], tolerance)).toBe(0);
  });

  it('finds a saving that takes two pairs at once', () => {
    const costsMs = [
      [10, 200],
      [20, 40],
    ];
    const problem = aProblem({ demands: [100, 100], costsMs, originBands: [full(100), full(100)] });
    expect(bestSavingMs(problem, [0, 1, 1, 0], { share: 1e-4, flow: 1e-3, savingMs: 1e-3 })).toBeCloseTo(170, 6);
  });
});

function expectWithinBounds(problem: Problem, shares: ArrayLike<number>): void {
  const sums = problem.pairs.map(() => 0);
  listArcs(problem.arcs).forEach(({ pair, minShare, maxShare }, index) => {
    const share = shares[index]!;
    expect(share).toBeGreaterThanOrEqual(minShare - 1e-5);
    expect(share).toBeLessThanOrEqual(maxShare + 1e-5);
    sums[pair]! += share;
  });
  for (const sum of sums) expect(sum).toBeCloseTo(1, 4);
}
