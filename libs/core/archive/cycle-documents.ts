import type { CycleInput, CycleState } from '../decide.js';
import { documentLines } from './document-lines.js';

/** What a cycle decides from beside the state it starts from. */
export type CycleFacts = Omit<CycleInput, 'previous'>;

export function factsOf({ configuration, observation, settings, isUrgent }: CycleInput): CycleFacts {
  return { configuration, observation, settings, isUrgent };
}

export function inputOf(facts: CycleFacts, previous: CycleState): CycleInput {
  const { configuration, observation, settings, isUrgent } = facts;
  return { configuration, observation, previous, settings, isUrgent };
}

/** A state as two documents: its plan, then its memory. */
export function* stateLines({ plan, memory }: CycleState): Generator<string, void, undefined> {
  yield* documentLines(plan);
  yield* documentLines(memory);
}

/** What `stateLines` wrote, as read. */
export function stateOf([plan, memory]: readonly unknown[]): CycleState {
  return { plan, memory } as CycleState;
}
