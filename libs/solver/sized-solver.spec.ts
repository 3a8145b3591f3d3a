import { describe, expect, it } from 'vitest';
import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { MOST_LINEAR_PROGRAM_ARCS, MOST_RESCUED_ARCS, SizedSolver } from './sized-solver.js';

/** Answers its own cost, or throws; remembers that it was asked. */
class FakeSolver implements AssignmentSolver {
  asked = 0;

  constructor(
    readonly name: string,
    private readonly answer: number | Error,
  ) {}

  solve(problem: Problem): Solution {
    this.asked += 1;
    if (this.answer instanceof Error) throw this.answer;
    return { shares: problem.arcs.map(() => 1), cost: this.answer };
  }
}

function problemOf(arcs: number): Problem {
  const loadBalancer = loadBalancerName('shop');
  const arc = { route: 0, costMs: 5, minShare: 0, maxShare: 1, heldShare: null };
  return {
    pairs: Array.from({ length: arcs }, (_none, index) => ({ loadBalancer, edge: edgeName(`e-${index}`), demand: 1 })),
    arcs: Array.from({ length: arcs }, (_none, pair) => ({ ...arc, pair })),
    routes: [{ loadBalancer, origin: 0, bands: [] }],
    origins: [{ origin: originName('west'), bands: [] }],
    inertiaMs: 2,
  };
}

const linearFailure = new SolverFailure('infeasible', 'linear');
const simplexFailure = new SolverFailure('not-a-number', 'simplex');

describe('SizedSolver', () => {
  it.each([
    { arcs: 0, answers: 'linear' },
    { arcs: MOST_LINEAR_PROGRAM_ARCS, answers: 'linear' },
    { arcs: MOST_LINEAR_PROGRAM_ARCS + 1, answers: 'simplex' },
    { arcs: MOST_RESCUED_ARCS + 1, answers: 'simplex' },
  ])('asks only the $answers solver for $arcs arcs', ({ arcs, answers }) => {
    const solvers = { linear: new FakeSolver('linear', 1), simplex: new FakeSolver('simplex', 2) };
    const { cost } = new SizedSolver(solvers.linear, solvers.simplex).solve(problemOf(arcs));
    expect(cost).toBe(answers === 'linear' ? 1 : 2);
    expect(solvers.linear.asked + solvers.simplex.asked).toBe(1);
  });

  it('lets each rescue the other', () => {
    const small = new SizedSolver(new FakeSolver('linear', linearFailure), new FakeSolver('simplex', 2));
    expect(small.solve(problemOf(1)).cost).toBe(2);
    const medium = new SizedSolver(new FakeSolver('linear', 1), new FakeSolver('simplex', simplexFailure));
    expect(medium.solve(problemOf(MOST_RESCUED_ARCS)).cost).toBe(1);
  });

  it('asks no linear program that would take the memory of the machine', () => {
    const linear = new FakeSolver('linear', 1);
    const solver = new SizedSolver(linear, new FakeSolver('simplex', simplexFailure));
    expect(() => solver.solve(problemOf(MOST_RESCUED_ARCS + 1))).toThrow(simplexFailure);
    expect(linear.asked).toBe(0);
  });

  it('throws the first failure when both fail', () => {
    const solver = new SizedSolver(new FakeSolver('linear', linearFailure), new FakeSolver('simplex', simplexFailure));
    expect(() => solver.solve(problemOf(1))).toThrow(linearFailure);
    expect(() => solver.solve(problemOf(MOST_LINEAR_PROGRAM_ARCS + 1))).toThrow(simplexFailure);
  });

  it('hides no bug behind the other solver', () => {
    const bug = new TypeError('bug');
    const simplex = new FakeSolver('simplex', 2);
    expect(() => new SizedSolver(new FakeSolver('linear', bug), simplex).solve(problemOf(1))).toThrow(bug);
    expect(simplex.asked).toBe(0);
    const inRescue = new SizedSolver(new FakeSolver('linear', linearFailure), new FakeSolver('simplex', bug));
    expect(() => inRescue.solve(problemOf(1))).toThrow(bug);
  });
});
