import type { CycleSummary } from '#core/ports/scheduler-store.js';
import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** What a list of cycles needs. */
export interface CycleSummaryRow {
  readonly id: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly trigger: CycleSummary['trigger'];
  readonly mode: CycleSummary['mode'];
  /** JSON. */
  readonly outcome: string;
  readonly publishedTerm: number | null;
  readonly publishedGeneration: number | null;
}

export interface CycleRow extends CycleSummaryRow {
  /** JSON, up to megabytes. */
  readonly input: string;
  /** JSON; `null` when there was no plan yet. */
  readonly plan: string | null;
}

/**
 * The bulky columns come last, where reading the others does not pass them, and are loaded only where a query asks for
 * them by name.
 */
export const cycleEntity = tableEntity<CycleRow>('cycles', {
  id: { type: 'integer', primary: true, generated: 'increment', primaryKeyConstraintName: 'pk_cycles' },
  startedAtMs: { name: 'started_at_ms', type: 'bigint', transformer: bigInteger },
  durationMs: { name: 'duration_ms', type: 'double precision' },
  trigger: { name: 'triggered_by', type: 'varchar' },
  mode: { type: 'varchar' },
  outcome: { type: 'text' },
  publishedTerm: { name: 'published_term', type: 'bigint', nullable: true, transformer: bigInteger },
  publishedGeneration: { name: 'published_generation', type: 'bigint', nullable: true, transformer: bigInteger },
  input: { type: 'text', select: false },
  plan: { type: 'text', nullable: true, select: false },
});
