import type { EntityManager } from 'typeorm';
import type { NewEvent } from '#core/model/event.js';
import { EVENT_SEQUENCE_ROW_ID, eventEntity, type EventRow, eventSequenceEntity } from './entities/event-entity.js';

const ID = { id: EVENT_SEQUENCE_ROW_ID };

/**
 * Writes events within the transaction of `manager`. The counter's row is taken first and held to the end of it: on a
 * database with concurrent transactions, a sequence of its own would let a later number become visible before an earlier.
 */
export async function appendEvents(manager: EntityManager, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await manager.increment(eventSequenceEntity, ID, 'last', events.length);
  const { last } = await manager.findOneByOrFail(eventSequenceEntity, ID);
  const first = last - events.length + 1;
  await manager.insert(
    eventEntity,
    events.map((event, index) => toRow(event, first + index)),
  );
}

function toRow(event: NewEvent, sequence: number): EventRow {
  return { ...event, sequence, before: toText(event.before), after: toText(event.after) };
}

function toText(content: unknown): string | null {
  return content === null ? null : JSON.stringify(content);
}
