import type { SchedulerMode } from '#core/ports/scheduler-store.js';
import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

/** Where the scheduler stands. The table has exactly one row; the first migration puts it there. */
export interface SchedulerRow {
  readonly id: number;
  readonly mode: SchedulerMode;
  readonly term: number;
  /** The last generation given to any edge. */
  readonly generation: number;
}

export const SCHEDULER_ROW_ID = 1;

export const schedulerEntity = tableEntity<SchedulerRow>('scheduler', {
  id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_scheduler' },
  mode: { type: 'varchar' },
  term: { type: 'bigint', transformer: bigInteger },
  generation: { type: 'bigint', transformer: bigInteger },
});
