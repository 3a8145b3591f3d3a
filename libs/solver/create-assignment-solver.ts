import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { ComponentSolver } from './component-solver.js';
import { DispatchingSolver } from './dispatching-solver.js';
import { LinearProgramSolver } from './linear-program/linear-program-solver.js';
import { NetworkSimplexSolver } from './network-simplex/network-simplex-solver.js';

/** The solver of the product: each independent part of a problem goes to the solver that suits it. */
export function createAssignmentSolver(): AssignmentSolver {
  return new ComponentSolver(new DispatchingSolver(new LinearProgramSolver(), new NetworkSimplexSolver()));
}
