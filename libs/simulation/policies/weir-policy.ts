import { type CycleState, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import type { Policy, PolicyCycle, PolicyDecision } from './policy.js';

/** The real decision, with the state it leaves from cycle to cycle. */
export class WeirPolicy implements Policy {
  readonly hasUrgentCycles = true;
  #state: CycleState = INITIAL_CYCLE_STATE;

  constructor(private readonly solver: AssignmentSolver) {}

  decide({ configuration, observation, isUrgent }: PolicyCycle): PolicyDecision {
    const input = { configuration, observation, previous: this.#state, settings: DEFAULT_SCHEDULER_SETTINGS, isUrgent };
    const { state, weights } = decide(input, this.solver, {});
    this.#state = state;
    return { pairs: state.plan?.pairs ?? [], weights, plan: state.plan };
  }
}
