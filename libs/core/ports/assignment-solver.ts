import type { Problem } from '../formulate/problem.js';

/**
 * Finds the cheapest shares of a problem.
 *
 * Obligations: exact up to rounding (1e-6 relative); deterministic — the same problem gives the same answer, bit for bit,
 * whatever was solved before, unless `isOver` cut it short; keeps nothing of the problem that its caller could change.
 * Throws `SolverFailure` rather than answer something that is neither optimal nor said not to be.
 */
export interface AssignmentSolver {
  readonly name: string;
  /** `isOver` is asked now and then; once it says so, the best feasible shares found so far are the answer. */
  solve(problem: Problem, isOver?: () => boolean): Solution;
}

export interface Solution {
  /** One share in [0, 1] for each arc of the problem, in its order; NaN where `failures` names the arc's pair. */
  readonly shares: ArrayLike<number>;
  /** Cost of the shares in connection-milliseconds per second. */
  readonly cost: number;
  /** False when the deadline came first: the shares keep all bounds, but cheaper ones may exist. */
  readonly isOptimal: boolean;
  readonly prices: Prices | null;
  /** Pairs without an answer. Independent parts of a problem fail alone. */
  readonly failures: readonly PairsFailure[];
  /** How many independent parts one solver failed on and another solved. */
  readonly rescues: number;
}

/**
 * What one more connection per second arriving at a node would cost, in ms: the duals of the problem. The price of more,
 * not of less, where the two differ.
 */
export interface Prices {
  /** By route: on its way into the route, its limit and its origin included. */
  readonly routesMs: ArrayLike<number>;
  /** By origin: on its way into the origin. */
  readonly originsMs: ArrayLike<number>;
}

export interface PairsFailure {
  /** Indices of the problem's pairs. */
  readonly pairs: readonly number[];
  readonly failure: SolverFailure;
}

export type SolverFailureCode = 'infeasible' | 'unbounded' | 'not-a-number' | 'not-a-flow';

/** The solver could not give an answer. The last good shares stand. */
export class SolverFailure extends Error {
  override readonly name = 'SolverFailure';

  constructor(
    readonly code: SolverFailureCode,
    readonly solver: string,
  ) {
    super(`${solver} called a feasible problem ${code}; the last good shares stay in force`);
  }
}
