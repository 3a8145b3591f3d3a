import { type CycleInput, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { Configuration } from '#core/model/configuration.js';
import type { Observation } from '#core/observe/observation.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import type { PolicyDecision } from './policy.js';

/** The shares Weir would choose with nothing to respect: no plan before, so no damping, and moves that cost nothing. */
export function bestShares(
  configuration: Configuration,
  observation: Observation,
  solver: AssignmentSolver,
): PolicyDecision {
  const input: CycleInput = {
    configuration,
    observation,
    previous: INITIAL_CYCLE_STATE,
    settings: { ...DEFAULT_SCHEDULER_SETTINGS, inertiaMs: 0 },
    isUrgent: false,
  };
  const { state, weights } = decide(input, solver, {});
  return { pairs: state.plan?.pairs ?? [], weights, plan: null };
}
