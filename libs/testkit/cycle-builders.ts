import { type CycleInput, type CycleState, INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { CycleRecord } from '#core/ports/scheduler-store.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { archiveCycle } from '#storage/archive/cycle-archive.js';
import { aConfiguration } from './model-builders.js';
import { anObservation } from './observation-builders.js';

/** What a first cycle decides from, of an empty system that nobody has seen, unless said otherwise. */
export function aCycleInput(overrides: Partial<CycleInput> = {}): CycleInput {
  return {
    configuration: aConfiguration(),
    observation: anObservation(0, []),
    previous: INITIAL_CYCLE_STATE,
    settings: DEFAULT_SCHEDULER_SETTINGS,
    isUrgent: false,
    ...overrides,
  };
}

/** A planned cycle as it is committed. */
export async function aCycleRecord(
  input: CycleInput = aCycleInput(),
  state: CycleState = INITIAL_CYCLE_STATE,
  overrides: Partial<CycleRecord> = {},
): Promise<CycleRecord> {
  return {
    startedAtMs: 1_767_225_600_000,
    durationMs: 12.25,
    trigger: 'timer',
    mode: 'running',
    outcome: { kind: 'planned' },
    archive: await archiveCycle(input, state),
    ...overrides,
  };
}
