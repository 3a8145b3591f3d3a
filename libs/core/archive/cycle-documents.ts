import type { CycleInput, CycleState } from '../decide.js';

/** What a cycle decides from beside the state it starts from. */
export type CycleFacts = Omit<CycleInput, 'previous'>;

export function factsOf({ configuration, observation, settings, isUrgent }: CycleInput): CycleFacts {
  return { configuration, observation, settings, isUrgent };
}

export function inputOf(facts: CycleFacts, previous: CycleState): CycleInput {
  const { configuration, observation, settings, isUrgent } = facts;
  return { configuration, observation, previous, settings, isUrgent };
}

/** A state, of its plan and its memory, as they were read. */
export function stateOf([plan, memory]: readonly unknown[]): CycleState {
  return { plan, memory } as CycleState;
}
