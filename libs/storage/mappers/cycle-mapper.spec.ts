import { describe, expect, it } from 'vitest';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { toCycleRow, toCycleSummary } from './cycle-mapper.js';

describe('cycle mapper', async () => {
  const record = await aCycleRecord(undefined, undefined, {
    mode: 'shadow',
    outcome: { kind: 'partly-kept', cause: 'solver-failure', pairs: 3, details: ['no answer'] },
  });

  it.each([null, { term: 0, generation: 0 }, { term: 2, generation: 7 }])(
    'finds its way back from a row published as %j',
    (published) => {
      const { startedAtMs, durationMs, trigger, mode, outcome } = record;
      const summary = { id: 5, startedAtMs, durationMs, trigger, mode, outcome, published };
      expect(toCycleSummary({ ...toCycleRow(record, published), id: 5 })).toEqual(summary);
    },
  );

  it('counts what a cycle takes up, with an input and without', () => {
    const { input, plan } = record.archive;
    expect(toCycleRow(record, null).archiveBytes).toBe(input!.length + plan.length);
    const { archive } = record;
    expect(toCycleRow({ ...record, archive: { ...archive, input: null } }, null).archiveBytes).toBe(plan.length);
  });

  it('names the cycle and the column it cannot read', () => {
    const row = { ...toCycleRow(record, null), id: 5, outcome: '{' };
    expect(() => toCycleSummary(row)).toThrow('table "cycles", key "5/outcome"');
  });
});
