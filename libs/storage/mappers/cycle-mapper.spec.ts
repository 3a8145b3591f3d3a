import { describe, expect, it } from 'vitest';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import type { CycleRecord } from '#core/ports/scheduler-store.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { aConfiguration } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { toCycleRow, toCycleSummary, toStoredCycle } from './cycle-mapper.js';

const record: CycleRecord = {
  startedAtMs: 1_000,
  durationMs: 0.5,
  trigger: 'timer',
  mode: 'shadow',
  outcome: { kind: 'kept', cause: 'solver-failure', details: ['no answer'] },
  input: {
    configuration: aConfiguration(),
    observation: anObservation(1_000, []),
    previous: INITIAL_CYCLE_STATE,
    settings: DEFAULT_SCHEDULER_SETTINGS,
  },
  state: { ...INITIAL_CYCLE_STATE, plan: { decidedAtMs: 1_000, pairs: [], origins: [], notices: [] } },
};

describe('cycle mapper', () => {
  it.each([null, { term: 0, generation: 0 }, { term: 2, generation: 7 }])(
    'finds its way back from a row published as %j',
    (published) => {
      const { startedAtMs, durationMs, trigger, mode, outcome, input, state } = record;
      const summary = { id: 5, startedAtMs, durationMs, trigger, mode, outcome, published };
      const row = { ...toCycleRow(record, published), id: 5 };
      expect(toCycleSummary(row)).toEqual(summary);
      expect(toStoredCycle(row)).toEqual({ ...summary, input, plan: state.plan });
    },
  );

  it.each(['outcome', 'input', 'plan'])('names the cycle and the column it cannot read: %s', (column) => {
    const row = { ...toCycleRow(record, null), id: 5, [column]: '{' };
    expect(() => toStoredCycle(row)).toThrow(`table "cycles", key "5/${column}"`);
  });
});
