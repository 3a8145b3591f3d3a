import type { CycleInput, Outcome } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import type { CycleRecord, CycleSummary, PublicationPoint, StoredCycle } from '#core/ports/scheduler-store.js';
import type { CycleRow, CycleSummaryRow } from '../entities/cycle-entity.js';
import { readDocument } from './json-document.js';

/** The row of a cycle that has yet to get its id. */
export function toCycleRow(record: CycleRecord, published: PublicationPoint | null): Omit<CycleRow, 'id'> {
  const { plan } = record.state;
  return {
    startedAtMs: record.startedAtMs,
    durationMs: record.durationMs,
    trigger: record.trigger,
    mode: record.mode,
    outcome: JSON.stringify(record.outcome),
    publishedTerm: published?.term ?? null,
    publishedGeneration: published?.generation ?? null,
    input: JSON.stringify(record.input),
    plan: plan === null ? null : JSON.stringify(plan),
  };
}

/** Throws `UnreadableDocument`. */
export function toCycleSummary(row: CycleSummaryRow): CycleSummary {
  return {
    id: row.id,
    startedAtMs: row.startedAtMs,
    durationMs: row.durationMs,
    trigger: row.trigger,
    mode: row.mode,
    outcome: readColumn(row, 'outcome', row.outcome) as Outcome,
    published: toPublicationPoint(row),
  };
}

/** Throws `UnreadableDocument`. */
export function toStoredCycle(row: CycleRow): StoredCycle {
  return {
    ...toCycleSummary(row),
    input: readColumn(row, 'input', row.input) as CycleInput,
    plan: row.plan === null ? null : (readColumn(row, 'plan', row.plan) as Plan),
  };
}

function toPublicationPoint({ publishedTerm, publishedGeneration }: CycleSummaryRow): PublicationPoint | null {
  if (publishedTerm === null || publishedGeneration === null) return null;
  return { term: publishedTerm, generation: publishedGeneration };
}

function readColumn(row: CycleSummaryRow, column: string, text: string): unknown {
  return readDocument(text, { table: 'cycles', key: `${row.id}/${column}` });
}
