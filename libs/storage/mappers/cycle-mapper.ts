import type { Outcome } from '#core/guard/sound-plan.js';
import type { CycleRecord, CycleSummary, PublicationPoint } from '#core/ports/scheduler-store.js';
import type { CycleRow } from '../entities/cycle-entity.js';
import { readDocument } from './json-document.js';

/** The row of a cycle that has yet to get its id. */
export function toCycleRow(record: CycleRecord, published: PublicationPoint | null): Omit<CycleRow, 'id'> {
  const { input, plan } = record.archive;
  return {
    startedAtMs: record.startedAtMs,
    durationMs: record.durationMs,
    trigger: record.trigger,
    mode: record.mode,
    outcome: JSON.stringify(record.outcome),
    publishedTerm: published?.term ?? null,
    publishedGeneration: published?.generation ?? null,
    archiveBytes: (input?.length ?? 0) + plan.length,
  };
}

/** Throws `UnreadableDocument`. */
export function toCycleSummary(row: CycleRow): CycleSummary {
  return {
    id: row.id,
    startedAtMs: row.startedAtMs,
    durationMs: row.durationMs,
    trigger: row.trigger,
    mode: row.mode,
    outcome: readDocument(row.outcome, { table: 'cycles', key: `${row.id}/outcome` }) as Outcome,
    published: toPublicationPoint(row),
  };
}

function toPublicationPoint({ publishedTerm, publishedGeneration }: CycleRow): PublicationPoint | null {
  if (publishedTerm === null || publishedGeneration === null) return null;
  return { term: publishedTerm, generation: publishedGeneration };
}
