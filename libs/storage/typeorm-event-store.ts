import {
  type EntityManager,
  type FindOptionsWhere,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
} from 'typeorm';
import type { NewEvent, StoredEvent } from '#core/model/event.js';
import type { EventBounds, EventFilter, EventStore } from '#core/ports/event-store.js';
import { appendEvents } from './append-events.js';
import { EVENT_SEQUENCE_ROW_ID, eventEntity, type EventRow, eventSequenceEntity } from './entities/event-entity.js';
import { readDocument } from './mappers/json-document.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Keeps events in a database. All stores of one database share its `UnitOfWork`. */
export class TypeormEventStore implements EventStore {
  readonly #unitOfWork: UnitOfWork;

  constructor(unitOfWork: UnitOfWork) {
    this.#unitOfWork = unitOfWork;
  }

  append(events: readonly NewEvent[]): Promise<void> {
    return this.#unitOfWork.run((manager) => appendEvents(manager, events));
  }

  newest(filter: EventFilter, limit: number, before?: number): Promise<readonly StoredEvent[]> {
    const where = { ...toWhere(filter), ...(before !== undefined && { sequence: LessThan(before) }) };
    return this.#unitOfWork.read(async (manager) =>
      (await manager.find(eventEntity, { where, order: { sequence: 'DESC' }, take: limit })).map(toEvent),
    );
  }

  following(filter: EventFilter, limit: number, after: number): Promise<readonly StoredEvent[]> {
    const where = { ...toWhere(filter), sequence: MoreThan(after) };
    return this.#unitOfWork.read(async (manager) =>
      (await manager.find(eventEntity, { where, order: { sequence: 'ASC' }, take: limit })).map(toEvent),
    );
  }

  extent(): Promise<{ readonly oldest: number | null; readonly last: number }> {
    return this.#unitOfWork.read(async (manager) => {
      const [oldest] = await manager.find(eventEntity, { order: { sequence: 'ASC' }, take: 1 });
      return { oldest: oldest?.sequence ?? null, last: await readLast(manager) };
    });
  }

  prune({ eventsKept, oldestMs }: EventBounds): Promise<void> {
    return this.#unitOfWork.run(async (manager) => {
      const newestDropped = (await readLast(manager)) - eventsKept;
      await manager.delete(eventEntity, { sequence: LessThanOrEqual(newestDropped) });
      await manager.delete(eventEntity, { atMs: LessThan(oldestMs) });
    });
  }
}

async function readLast(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(eventSequenceEntity, { id: EVENT_SEQUENCE_ROW_ID })).last;
}

function toWhere({ type, resource, sinceMs }: EventFilter): FindOptionsWhere<EventRow> {
  const ofType = type?.includes('.') === false ? Like(`${type}.%`) : type;
  return {
    ...(ofType !== undefined && { type: ofType as FindOptionsWhere<EventRow>['type'] & object }),
    ...(resource !== undefined && { resource }),
    ...(sinceMs !== undefined && { atMs: MoreThanOrEqual(sinceMs) }),
  };
}

function toEvent(row: EventRow): StoredEvent {
  return { ...row, before: fromText(row, row.before), after: fromText(row, row.after) };
}

function fromText({ sequence }: EventRow, text: string | null): unknown {
  return text === null ? null : readDocument(text, { table: 'events', key: String(sequence) });
}
