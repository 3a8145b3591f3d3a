import { expect, it } from 'vitest';
import { type AssignmentSolver, SolverFailure } from '#core/ports/assignment-solver.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import { adviceOn } from './advice-on.js';

const failing: AssignmentSolver = {
  name: 'failing',
  solve: () => {
    throw new SolverFailure('infeasible', 'the failing solver');
  },
};

it('gives no advice where no plan is sound, and the one in force would stay', () => {
  const rehearsal = new Rehearsal(founding(), new LinearProgramSolver());
  rehearsal.decide(seen(100));
  const question = { changes: {}, base: rehearsal.nextInput(seen(100)), before: rehearsal.state.plan };
  expect(adviceOn(question, failing)).toEqual({
    kind: 'undecided',
    details: [expect.stringContaining('the failing solver called a feasible problem infeasible')],
  });
});
