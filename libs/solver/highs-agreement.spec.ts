import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCycleLater, aGlobe } from '#benchmark/globe-problem.js';
import { loadHighs } from '#benchmark/highs-solver.js';
import { arcColumns, listArcs } from '#core/formulate/arc-columns.js';
import type { Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName } from '#core/model/name.js';
import { type AssignmentSolver, SolverFailure } from '#core/ports/assignment-solver.js';
import { costOfShares } from '#testkit/optimality.js';
import {
  problems,
  problemsOfAllMagnitudes,
  problemsWithConnectionBands,
  tiedProblems,
} from '#testkit/problem-arbitraries.js';
import { LinearProgramSolver } from './linear-program/linear-program-solver.js';
import { NetworkSimplexSolver } from './network-simplex/network-simplex-solver.js';

const highs = await loadHighs();
const linearProgram = new LinearProgramSolver();
const networkSimplex = new NetworkSimplexSolver();

/** By the words of the problem, whatever the solver says; null when it calls the problem infeasible. */
function costBy(solver: AssignmentSolver, problem: Problem): number | null {
  try {
    return costOfShares(problem, solver.solve(problem).shares);
  } catch (failure) {
    if (failure instanceof SolverFailure && failure.code === 'infeasible') return null;
    throw failure;
  }
}

function expectSameCost(problem: Problem, solvers: readonly AssignmentSolver[]): void {
  const expected = costBy(highs, problem) ?? NaN;
  for (const solver of solvers) {
    const difference = Math.abs((costBy(solver, problem) ?? NaN) - expected);
    expect(difference, solver.name).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-9);
  }
}

const both = [networkSimplex, linearProgram];

describe('both solvers and HiGHS', () => {
  it.each([
    { balancers: 1, edges: 1, origins: 3, numRuns: 600 },
    { balancers: 2, edges: 3, origins: 4, numRuns: 600 },
    { balancers: 3, edges: 8, origins: 6, numRuns: 200 },
  ])('agree on problems of up to $balancers × $edges × $origins', { timeout: 60_000 }, ({ numRuns, ...size }) => {
    fc.assert(
      fc.property(problems(size), (problem) => {
        expectSameCost(problem, both);
      }),
      { numRuns, seed: 20_260_801 },
    );
  });

  it('agree where everything ties with everything', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(tiedProblems({ balancers: 3, edges: 5, origins: 4 }), (problem) => {
        expectSameCost(problem, both);
      }),
      { numRuns: 800, seed: 20_260_802 },
    );
  });

  it(
    'agree where demands are a thousandth and a billion, as far as HiGHS sees the small ones',
    { timeout: 60_000 },
    () => {
      let answered = 0;
      fc.assert(
        fc.property(problemsOfAllMagnitudes({ balancers: 2, edges: 3, origins: 4 }), (problem) => {
          const expected = costBy(linearProgram, problem)!;
          expect(Math.abs(costBy(networkSimplex, problem)! - expected)).toBeLessThanOrEqual(1e-6 * expected + 1e-9);
          // What is below its tolerances, it may take for infeasible.
          if (costBy(highs, problem) === null) return;
          answered += 1;
          expectSameCost(problem, both);
        }),
        { numRuns: 500, seed: 20_260_803 },
      );
      expect(answered).toBeGreaterThan(400);
    },
  );

  it('call infeasible what bounds make so', { timeout: 60_000 }, () => {
    const size = { balancers: 2, edges: 3, origins: 4 };
    const misses = fc.constantFrom(-0.5, -0.01, 0.01, 0.5);
    fc.assert(
      fc.property(tiedProblems(size), misses, fc.nat(20), (problem, miss, index) => {
        const impossible = withSharesMissingOne(problem, index % problem.pairs.length, miss);
        for (const solver of [highs, ...both]) expect(costBy(solver, impossible), solver.name).toBeNull();
      }),
      { numRuns: 200, seed: 20_260_804 },
    );
  });
});

/** Bounds of a pair's shares that cannot sum to 1, but only to that much more. */
function withSharesMissingOne(problem: Problem, pair: number, miss: number): Problem {
  const arcs = listArcs(problem.arcs);
  const each = (1 + miss) / arcs.filter((arc) => arc.pair === pair).length;
  const bounds = miss < 0 ? { minShare: 0, maxShare: each } : { minShare: each, maxShare: 1 };
  return {
    ...problem,
    arcs: arcColumns(
      problem.pairs.length,
      arcs.map((arc) => (arc.pair === pair ? { ...arc, ...bounds, heldShare: null } : arc)),
    ),
  };
}

describe('the linear program and HiGHS', () => {
  it.each([
    { balancers: 1, edges: 1, origins: 3, numRuns: 300 },
    { balancers: 2, edges: 3, origins: 4, numRuns: 300 },
    { balancers: 3, edges: 8, origins: 6, numRuns: 100 },
  ])(
    'agree on open connections, in problems of up to $balancers × $edges × $origins',
    { timeout: 60_000 },
    ({ numRuns, ...size }) => {
      fc.assert(
        fc.property(problemsWithConnectionBands(size), (problem) => {
          expectSameCost(problem, [linearProgram]);
        }),
        { numRuns, seed: 20_260_805 },
      );
    },
  );
});

describe('the network simplex and HiGHS', () => {
  it.each([
    { balancers: 2, edges: 40, origins: 15 },
    { balancers: 4, edges: 100, origins: 10 },
    { balancers: 10, edges: 100, origins: 10 },
  ])('agree on $balancers × $edges × $origins arcs, and a cycle later', { timeout: 60_000 }, (size) => {
    const globe = aGlobe(size);
    expectSameCost(globe, [networkSimplex]);
    const { shares } = networkSimplex.solve(globe);
    expectSameCost(aCycleLater(globe, shares, { maxShift: 0.02, demandChange: 0.2 }), [networkSimplex]);
  });
});

describe('the price of an origin', () => {
  /** As if so many connections per second more arrived at an origin, from nowhere. */
  function withMoreAt(problem: Problem, origin: number, demand: number): Problem {
    const loadBalancer = loadBalancerName('from-nowhere');
    const pair = problem.pairs.length;
    const route = problem.routes.length;
    return {
      ...problem,
      pairs: [...problem.pairs, { loadBalancer, edge: edgeName('nowhere'), demand }],
      routes: [...problem.routes, { loadBalancer, origin, bands: [], connectionSeconds: 1 }],
      arcs: arcColumns(pair + 1, [
        ...listArcs(problem.arcs),
        { pair, route, costMs: 0, minShare: 1, maxShare: 1, heldShare: null },
      ]),
    };
  }

  it('is what the next connection there costs everybody, by HiGHS', { timeout: 60_000 }, () => {
    const more = 1e-3;
    let priced = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const first = aGlobe({ balancers: 2, edges: 6, origins: 4 }, seed);
      const { shares } = networkSimplex.solve(first);
      for (const problem of [first, aCycleLater(first, shares, { maxShift: 0.1, demandChange: 0.5 })]) {
        const { prices } = networkSimplex.solve(problem);
        const cost = costBy(highs, problem)!;
        problem.origins.forEach((_node, origin) => {
          const difference = costBy(highs, withMoreAt(problem, origin, more))! - cost;
          const price = prices!.originsMs[origin]!;
          expect(Math.abs(difference / more - price)).toBeLessThanOrEqual(1e-4 * price + 1e-2);
          if (price > 0) priced += 1;
        });
      }
    }
    expect(priced).toBeGreaterThan(100);
  });
});
