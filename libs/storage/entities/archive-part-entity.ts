import { binary } from './binary.js';
import { tableEntity } from './table-entity.js';

export type ArchivedDocument = 'input' | 'plan' | 'state';

/** One piece of an archive: a large one, written or read whole, would hold up the event loop. */
export interface ArchivePartRow {
  /** Id of the cycle; `NO_CYCLE` for the state that is in force. */
  readonly cycle: number;
  readonly document: ArchivedDocument;
  /** From 0. */
  readonly part: number;
  readonly bytes: Uint8Array;
}

export const NO_CYCLE = 0;

export const archivePartEntity = tableEntity<ArchivePartRow>('archive_parts', {
  cycle: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_archive_parts' },
  document: { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_archive_parts' },
  part: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_archive_parts' },
  bytes: { type: 'blob', transformer: binary },
});
