import { type CycleInput, decide } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { hypotheticalConfiguration } from '#core/what-if/hypothetical-configuration.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import { whatIfInput } from '#core/what-if/what-if-input.js';
import type { Advice } from './advisor.js';
import { whatIfAnswer } from './what-if-answer.js';

/** A question as it is read where it is answered. */
export interface ReadQuestion {
  readonly changes: WhatIfChanges;
  readonly base: CycleInput;
  /** The plan in force. */
  readonly before: Plan | null;
}

/** Decides as if the changes were made, and says what that comes to. `isOver` as the solver's port says. */
export function adviceOn(question: ReadQuestion, solver: AssignmentSolver, isOver?: () => boolean): Advice {
  const { changes, base, before } = question;
  const { outcome, state } = decide(whatIfInput(base, changes), solver, { ...(isOver && { isOver }) });
  if (outcome.kind === 'kept') return { kind: 'undecided', details: outcome.details };
  if (state.plan === null) return { kind: 'undecided', details: [] };
  const answer = whatIfAnswer({
    changes,
    configuration: hypotheticalConfiguration(base.configuration, changes),
    observedAtMs: base.observation.takenAtMs,
    before,
    after: state.plan,
  });
  return { kind: 'answered', json: new TextEncoder().encode(JSON.stringify(answer)) };
}
