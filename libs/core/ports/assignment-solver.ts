import type { Problem } from '../formulate/problem.js';

/**
 * Finds the cheapest shares of a problem.
 *
 * Obligations: exact up to rounding (1e-6 relative); deterministic — the same problem gives the same answer, bit for bit;
 * keeps nothing of the problem; throws `SolverFailure` rather than answer something that is not optimal.
 */
export interface AssignmentSolver {
  readonly name: string;
  solve(problem: Problem): Solution;
}

export interface Solution {
  /** One share in [0, 1] for each arc of the problem, in its order. */
  readonly shares: readonly number[];
  /** Cost of the shares in connection-milliseconds per second. */
  readonly cost: number;
}

/** The solver could not give an optimal answer. The last good plan stands. */
export class SolverFailure extends Error {
  override readonly name = 'SolverFailure';

  constructor(
    readonly code: 'infeasible' | 'unbounded' | 'not-a-number',
    readonly solver: string,
  ) {
    super(`${solver} called a feasible problem ${code}; the last good plan stays in force`);
  }
}
