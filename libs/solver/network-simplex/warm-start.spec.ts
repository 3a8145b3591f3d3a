import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arcColumns, listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, OriginNode, Problem } from '#core/formulate/problem.js';
import { type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { problems, tiedProblems } from '#testkit/problem-arbitraries.js';
import { aCycleLater, aGlobe, withDemandsMoved } from '#benchmark/globe-problem.js';
import { NetworkSimplexSolver } from './network-simplex-solver.js';

type Happening = (problem: Problem, shares: ArrayLike<number>) => Problem;

/** What may happen to a problem from one solve to the next. */
const events = fc.constantFrom<Happening[]>(
  (problem) => problem,
  (problem) => withDemandsMoved(problem, { part: 0.5, by: 0.5 }),
  (problem, shares) => aCycleLater(problem, shares, { maxShift: 0.25, demandChange: 0 }),
  (problem, shares) => aCycleLater(problem, shares, { maxShift: 0.02, demandChange: 0.1 }),
  (problem) => withArcs(problem, listArcs(problem.arcs).map(unbound)),
  (problem) => withoutFirstPair(problem),
  (problem) => withArcs(problem, [...listArcs(problem.arcs)].reverse()),
  (problem) => ({ ...problem, routes: problem.routes.map((route) => ({ ...route, bands: [] })) }),
  (problem) => ({ ...problem, origins: problem.origins.map(withHalfTheCapacity) }),
);

function withHalfTheCapacity(node: OriginNode): OriginNode {
  return {
    ...node,
    bands: node.bands.map((band) => ({ ...band, width: band.width === null ? null : band.width / 2 })),
  };
}

function withArcs(problem: Problem, arcs: readonly Arc[]): Problem {
  return { ...problem, arcs: arcColumns(problem.pairs.length, arcs) };
}

function unbound(arc: Arc): Arc {
  return { ...arc, minShare: 0, maxShare: 1, heldShare: null };
}

function withoutFirstPair(problem: Problem): Problem {
  if (problem.pairs.length === 1) return problem;
  const arcs = listArcs(problem.arcs)
    .filter(({ pair }) => pair > 0)
    .map((arc) => ({ ...arc, pair: arc.pair - 1 }));
  return withArcs({ ...problem, pairs: problem.pairs.slice(1) }, arcs);
}

/** Solves one after the other with one solver, and each with a new one. */
function expectNoMemory(first: Problem, then: readonly Happening[]): void {
  const solver = new NetworkSimplexSolver();
  let problem = first;
  for (const happens of [(same: Problem) => same, ...then]) {
    const cold = new NetworkSimplexSolver().solve(problem);
    expect(solver.solve(problem)).toEqual(cold);
    problem = happens(problem, cold.shares);
  }
}

function outcomeOf(solver: NetworkSimplexSolver, problem: Problem): Solution | SolverFailure {
  try {
    return solver.solve(problem);
  } catch (failure) {
    if (failure instanceof SolverFailure) return failure;
    throw failure;
  }
}

const size = { balancers: 2, edges: 5, origins: 4 };
const sequences = fc.array(events, { minLength: 1, maxLength: 4 });

describe('what was solved before', () => {
  it('changes not a bit of the answer', () => {
    fc.assert(fc.property(problems(size), sequences, expectNoMemory), { numRuns: 1_000, seed: 20_260_701 });
  });

  it('changes not a bit of the answer where everything ties with everything', () => {
    fc.assert(fc.property(tiedProblems(size), sequences, expectNoMemory), { numRuns: 1_500, seed: 20_260_702 });
  });

  it('changes not a bit of the answer when it had nothing to do with it', () => {
    const both = fc.array(fc.oneof(problems(size), tiedProblems(size)), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(both, (list) => {
        const solver = new NetworkSimplexSolver();
        for (const problem of list) expect(solver.solve(problem)).toEqual(new NetworkSimplexSolver().solve(problem));
      }),
      { numRuns: 500, seed: 20_260_703 },
    );
  });

  it('changes not a bit of the answer of a large problem', () => {
    const globe = aGlobe({ balancers: 4, edges: 150, origins: 12 });
    // Load balancers that are met at the same edge pay the same way to the same origin: who gives way is a tie.
    const costMs = globe.arcs.costMs.map((_cost, arc) => globe.arcs.costMs[arc % 1_800]!);
    expectNoMemory({ ...globe, arcs: { ...globe.arcs, costMs } }, [
      (problem) => withDemandsMoved(problem, { part: 0.05, by: 0.1 }),
      (problem, shares) => aCycleLater(problem, shares, { maxShift: 0.02, demandChange: 0.02 }),
      (problem, shares) => aCycleLater(problem, shares, { maxShift: 0.02, demandChange: 0.02 }),
      (problem) => withoutFirstPair(problem),
    ]);
  });

  it.each(['minShare', 'costMs', 'maxShare'] as const)('is not remembered when a figure was none: %s', (column) => {
    const globe = aGlobe({ balancers: 2, edges: 100, origins: 10 });
    const solver = new NetworkSimplexSolver();
    solver.solve(globe);
    const spoilt = { ...globe, arcs: { ...globe.arcs, [column]: globe.arcs[column].with(3, NaN) } };
    expect(outcomeOf(solver, spoilt)).toEqual(outcomeOf(new NetworkSimplexSolver(), spoilt));
    expect(solver.solve(globe)).toEqual(new NetworkSimplexSolver().solve(globe));
  });

  it('is not remembered when a solve was cut short', () => {
    const globe = aGlobe({ balancers: 2, edges: 100, origins: 10 });
    const solver = new NetworkSimplexSolver();
    expect(solver.solve(globe, () => true).isOptimal).toBe(false);
    expect(solver.solve(globe)).toEqual(new NetworkSimplexSolver().solve(globe));
  });
});
