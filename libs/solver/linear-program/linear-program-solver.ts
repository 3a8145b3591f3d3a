import library, { type SolveResult, type SolverAPI } from 'javascript-lp-solver';
import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { type LinearProgram, writeLinearProgram } from './write-linear-program.js';

// The package's types describe its CommonJS form, where the solver is one level deeper than in the ES module Node loads.
const simplex = library as unknown as SolverAPI;

/**
 * What the library takes for 0, and rounds to. Its own 1e-8 would swallow an idle pair, whose flow is less than a millionth
 * of the whole; the program's coefficients being 1, -1 and 0, there is no noise to hide.
 */
const PRECISION = 1e-12;

/** The formulation, literally, solved by a dense simplex: the readable reference, for problems of up to about a thousand arcs. */
export class LinearProgramSolver implements AssignmentSolver {
  readonly name = 'linear-program';

  solve(problem: Problem): Solution {
    const { minShare, maxShare } = problem.arcs;
    if (minShare.length === 0) return solutionOf([], 0);
    if (minShare.some((lowest, arc) => lowest > (maxShare[arc] ?? NaN))) {
      throw new SolverFailure('infeasible', this.name);
    }
    const program = writeLinearProgram(problem);
    const answer = simplex.Solve(program.model, PRECISION) as SolveResult;
    if (!answer.feasible) throw new SolverFailure('infeasible', this.name);
    if (answer.bounded === false) throw new SolverFailure('unbounded', this.name);
    const shares = readShares(program, answer);
    if (!shares.every(Number.isFinite)) throw new SolverFailure('not-a-number', this.name);
    return solutionOf(shares, (answer.result + program.baseCost) * program.costScale);
  }
}

function solutionOf(shares: readonly number[], cost: number): Solution {
  return { shares, cost, isOptimal: true, prices: null, failures: [], rescues: 0 };
}

function readShares(program: LinearProgram, answer: Readonly<Record<string, unknown>>): readonly number[] {
  return program.arcs.map(({ base, weight, variables }) =>
    // The library leaves variables that are 0 out of its answer.
    variables.reduce((share, name) => share + Number(answer[name] ?? 0) / weight, base),
  );
}
