import { type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { SchedulerRow } from '../entities/scheduler-entity.js';
import { readDocument } from './json-document.js';

/** Throws `UnreadableDocument`. */
export function toCycleState({ state }: Pick<SchedulerRow, 'state'>): CycleState {
  if (state === null) return INITIAL_CYCLE_STATE;
  return readDocument(state, { table: 'scheduler', key: 'state' }) as CycleState;
}
