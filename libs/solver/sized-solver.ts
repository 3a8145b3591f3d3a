import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';

/** Up to here the linear program takes milliseconds (5 ms for 200 arcs, 10 ms for 400), and its words are easier to check. */
export const MOST_LINEAR_PROGRAM_ARCS = 300;

/** Beyond, the linear program is no rescue: half a second and 400 MB for 2,000 arcs, 20 seconds and 6 GB for 10,000. */
export const MOST_RESCUED_ARCS = 2_000;

/**
 * The linear program for small problems, the network simplex for all others. Where one fails the other is tried, if the
 * problem is not too large for it; when that fails as well, the failure of the first is thrown.
 */
export class SizedSolver implements AssignmentSolver {
  readonly name = 'sized';

  constructor(
    private readonly linearProgram: AssignmentSolver,
    private readonly networkSimplex: AssignmentSolver,
  ) {}

  solve(problem: Problem): Solution {
    const arcs = problem.arcs.length;
    if (arcs <= MOST_LINEAR_PROGRAM_ARCS) return solveWithRescue(problem, this.linearProgram, this.networkSimplex);
    if (arcs <= MOST_RESCUED_ARCS) return solveWithRescue(problem, this.networkSimplex, this.linearProgram);
    return this.networkSimplex.solve(problem);
  }
}

function solveWithRescue(problem: Problem, first: AssignmentSolver, second: AssignmentSolver): Solution {
  try {
    return first.solve(problem);
  } catch (failure) {
    if (!(failure instanceof SolverFailure)) throw failure;
    return solveOrThrow(problem, second, failure);
  }
}

function solveOrThrow(problem: Problem, solver: AssignmentSolver, earlier: SolverFailure): Solution {
  try {
    return solver.solve(problem);
  } catch (failure) {
    throw failure instanceof SolverFailure ? earlier : failure;
  }
}
