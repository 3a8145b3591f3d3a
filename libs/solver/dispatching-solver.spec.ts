import { describe, expect, it } from 'vitest';
import { arcColumns } from '#core/formulate/arc-columns.js';
import type { Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { DispatchingSolver, MOST_LINEAR_PROGRAM_ARCS } from './dispatching-solver.js';

/** Answers its own cost, or throws; remembers what it was asked. */
class FakeSolver implements AssignmentSolver {
  readonly asked: Problem[] = [];
  isOver: (() => boolean) | undefined;

  constructor(
    readonly name: string,
    private readonly answer: number | Error,
  ) {}

  solve(problem: Problem, isOver?: () => boolean): Solution {
    this.asked.push(problem);
    this.isOver = isOver;
    if (this.answer instanceof Error) throw this.answer;
    const shares = problem.arcs.costMs.map(() => 1);
    return { shares, cost: this.answer, isOptimal: true, prices: null, failures: [], rescues: 0 };
  }
}

function problemOf(arcs: number, limit: number | null = null): Problem {
  const loadBalancer = loadBalancerName('shop');
  const arc = { route: 0, costMs: 5, minShare: 0, maxShare: 1, heldShare: null };
  const open =
    limit === null
      ? []
      : [
          { width: limit, costMs: 0 },
          { width: null, costMs: 100 },
        ];
  return {
    pairs: Array.from({ length: arcs }, (_none, index) => ({ loadBalancer, edge: edgeName(`e-${index}`), demand: 1 })),
    arcs: arcColumns(
      arcs,
      Array.from({ length: arcs }, (_none, pair) => ({ ...arc, pair })),
    ),
    routes: [{ loadBalancer, origin: 0, bands: [], connectionSeconds: 2 }],
    origins: [{ origin: originName('west'), bands: [], connectionBands: open }],
    inertiaMs: 2,
  };
}

const linearFailure = new SolverFailure('infeasible', 'linear');
const simplexFailure = new SolverFailure('not-a-number', 'simplex');
const small = MOST_LINEAR_PROGRAM_ARCS;
const large = MOST_LINEAR_PROGRAM_ARCS + 1;

function solversOf(
  linear: number | Error,
  simplex: number | Error,
): {
  linear: FakeSolver;
  simplex: FakeSolver;
  solver: DispatchingSolver;
} {
  const fakes = { linear: new FakeSolver('linear', linear), simplex: new FakeSolver('simplex', simplex) };
  return { ...fakes, solver: new DispatchingSolver(fakes.linear, fakes.simplex) };
}

describe('DispatchingSolver', () => {
  it.each([{ arcs: 0 }, { arcs: 1 }, { arcs: large }])('has a flow of $arcs arcs solved as such', ({ arcs }) => {
    const { linear, solver } = solversOf(1, 2);
    const problem = problemOf(arcs);
    expect(solver.solve(problem)).toMatchObject({ cost: 2, isOptimal: true, rescues: 0 });
    expect(linear.asked).toEqual([]);
  });

  it('has the linear program rescue a flow that is not too large for it', () => {
    expect(solversOf(1, simplexFailure).solver.solve(problemOf(small))).toMatchObject({ cost: 1, rescues: 1 });
    const { linear, solver } = solversOf(1, simplexFailure);
    expect(() => solver.solve(problemOf(large))).toThrow(simplexFailure);
    expect(linear.asked).toEqual([]);
  });

  it('gives what is no flow to the linear program', () => {
    const { simplex, solver } = solversOf(1, 2);
    expect(solver.solve(problemOf(small, 10))).toMatchObject({ cost: 1, isOptimal: true, rescues: 0 });
    expect(simplex.asked).toEqual([]);
  });

  it('solves what is no flow and too large as the flow that is like it, and does not call that optimal', () => {
    const { linear, simplex, solver } = solversOf(1, 2);
    const problem = problemOf(large, 1_000);
    // Each holds 2 connections open, and those beyond 1,000 cost 100 ms each.
    const cost = large * 5 + (2 * large - 1_000) * 100;
    expect(solver.solve(problem)).toMatchObject({ cost, isOptimal: false, rescues: 0 });
    expect(linear.asked).toEqual([]);
    expect(simplex.asked[0]?.origins[0]).toEqual({
      origin: 'west',
      bands: [
        { width: 500, costMs: 0 },
        { width: null, costMs: 200 },
      ],
      connectionBands: [],
    });
  });

  it('has the flow that is like it rescue what is no flow', () => {
    const solution = solversOf(linearFailure, 2).solver.solve(problemOf(2, 1));
    expect(solution).toMatchObject({ isOptimal: false, rescues: 1 });
  });

  it('throws the first failure when both fail', () => {
    const { solver } = solversOf(linearFailure, simplexFailure);
    expect(() => solver.solve(problemOf(1))).toThrow(simplexFailure);
    expect(() => solver.solve(problemOf(1, 1))).toThrow(linearFailure);
  });

  it('hides no bug behind the other solver', () => {
    const bug = new TypeError('bug');
    const { linear, solver } = solversOf(1, bug);
    expect(() => solver.solve(problemOf(1))).toThrow(bug);
    expect(linear.asked).toEqual([]);
    expect(() => solversOf(bug, simplexFailure).solver.solve(problemOf(1))).toThrow(bug);
  });

  it('lets whoever solves know when the time is over', () => {
    const isOver = () => true;
    const { linear, simplex, solver } = solversOf(1, 2);
    solver.solve(problemOf(1), isOver);
    solver.solve(problemOf(1, 1), isOver);
    expect([simplex.isOver, linear.isOver]).toEqual([isOver, isOver]);
  });
});
