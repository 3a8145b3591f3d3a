import type { EventType } from '#core/model/event.js';
import { bigInteger } from './big-integer.js';
import { tableEntity } from './table-entity.js';

export interface EventRow {
  readonly sequence: number;
  readonly atMs: number;
  readonly type: EventType;
  readonly resource: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly summary: string;
  /** JSON. */
  readonly before: string | null;
  readonly after: string | null;
}

export const eventEntity = tableEntity<EventRow>(
  'events',
  {
    sequence: { type: 'bigint', primary: true, primaryKeyConstraintName: 'pk_events', transformer: bigInteger },
    atMs: { name: 'at_ms', type: 'bigint', transformer: bigInteger },
    type: { type: 'varchar' },
    resource: { type: 'varchar' },
    actor: { type: 'varchar', nullable: true },
    requestId: { name: 'request_id', type: 'varchar', nullable: true },
    summary: { type: 'text' },
    before: { name: 'content_before', type: 'text', nullable: true },
    after: { name: 'content_after', type: 'text', nullable: true },
  },
  {
    indices: [
      { name: 'ix_events_resource', columns: ['resource', 'sequence'] },
      { name: 'ix_events_at_ms', columns: ['atMs'] },
    ],
  },
);

/** The last sequence given to any event. The table has exactly one row; its migration puts it there. */
export interface EventSequenceRow {
  readonly id: number;
  readonly last: number;
}

export const EVENT_SEQUENCE_ROW_ID = 1;

export const eventSequenceEntity = tableEntity<EventSequenceRow>('event_sequence', {
  id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_event_sequence' },
  last: { name: 'last_sequence', type: 'bigint', transformer: bigInteger },
});
