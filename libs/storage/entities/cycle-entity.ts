import type { CycleSummary } from '#core/ports/scheduler-store.js';
import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** What a list of cycles needs. What they decided from is in `archive_parts`. */
export interface CycleRow {
  readonly id: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly trigger: CycleSummary['trigger'];
  readonly mode: CycleSummary['mode'];
  /** JSON. */
  readonly outcome: string;
  readonly publishedTerm: number | null;
  readonly publishedGeneration: number | null;
  /** Size of its archives. */
  readonly archiveBytes: number;
}

export const cycleEntity = tableEntity<CycleRow>('cycles', {
  id: { type: 'integer', primary: true, generated: 'increment', primaryKeyConstraintName: 'pk_cycles' },
  startedAtMs: { name: 'started_at_ms', type: 'bigint', transformer: bigInteger },
  durationMs: { name: 'duration_ms', type: 'double precision' },
  trigger: { name: 'triggered_by', type: 'varchar' },
  mode: { type: 'varchar' },
  outcome: { type: 'text' },
  publishedTerm: { name: 'published_term', type: 'bigint', nullable: true, transformer: bigInteger },
  publishedGeneration: { name: 'published_generation', type: 'bigint', nullable: true, transformer: bigInteger },
  archiveBytes: { name: 'archive_bytes', type: 'bigint', transformer: bigInteger },
});
