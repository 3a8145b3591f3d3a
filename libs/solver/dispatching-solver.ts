import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { asFlow } from './as-flow.js';
import { costOfShares } from './shares-cost.js';

/** Beyond, no linear program: half a second and 400 MB for 2,000 arcs, 20 seconds and 6 GB for 10,000. */
export const MOST_LINEAR_PROGRAM_ARCS = 2_000;

/**
 * Flows to the network simplex, at any size, and from there to the linear program if the simplex fails. What limits of
 * open connections keep from being a flow goes to the linear program; where that fails or would take too long, the
 * problem is solved as the flow that comes nearest, which is not said to be optimal.
 */
export class DispatchingSolver implements AssignmentSolver {
  readonly name = 'dispatching';

  constructor(
    private readonly linearProgram: AssignmentSolver,
    private readonly networkSimplex: AssignmentSolver,
  ) {}

  solve(problem: Problem, isOver?: () => boolean): Solution {
    const viaSimplex = (): Solution => this.networkSimplex.solve(problem, isOver);
    const viaProgram = (): Solution => this.linearProgram.solve(problem, isOver);
    const viaLikeness = (): Solution => this.solveLikeness(problem, isOver);
    const isSmall = problem.arcs.route.length <= MOST_LINEAR_PROGRAM_ARCS;
    if (isFlow(problem)) return isSmall ? rescued(viaSimplex, viaProgram) : viaSimplex();
    return isSmall ? rescued(viaProgram, viaLikeness) : viaLikeness();
  }

  private solveLikeness(problem: Problem, isOver?: () => boolean): Solution {
    const solution = this.networkSimplex.solve(asFlow(problem), isOver);
    return { ...solution, cost: costOfShares(problem, solution.shares), isOptimal: false };
  }
}

function isFlow({ origins }: Problem): boolean {
  return origins.every(({ connectionBands }) => connectionBands.length === 0);
}

/** The first answer, else the second; when both fail, the first failure is thrown. */
function rescued(first: () => Solution, second: () => Solution): Solution {
  try {
    return first();
  } catch (failure) {
    if (!(failure instanceof SolverFailure)) throw failure;
    return answerOrThrow(second, failure);
  }
}

function answerOrThrow(second: () => Solution, earlier: SolverFailure): Solution {
  try {
    const solution = second();
    return { ...solution, rescues: solution.rescues + 1 };
  } catch (failure) {
    throw failure instanceof SolverFailure ? earlier : failure;
  }
}
