import type { NewEvent, StoredEvent } from '#core/model/event.js';
import type { EventBounds, EventFilter, EventStore } from '#core/ports/event-store.js';

/** Keeps events in memory, as JSON has them. */
export class InMemoryEventStore implements EventStore {
  #events: readonly StoredEvent[] = [];
  #last = 0;

  async append(events: readonly NewEvent[]): Promise<void> {
    await Promise.resolve();
    this.write(events);
  }

  /** At once, for a store that writes events within its own changes. */
  write(events: readonly NewEvent[]): void {
    const stored = events.map((event) => {
      const text = JSON.stringify({ ...event, sequence: (this.#last += 1) });
      return JSON.parse(text) as StoredEvent;
    });
    this.#events = [...this.#events, ...stored];
  }

  async newest(filter: EventFilter, limit: number, before = Infinity): Promise<readonly StoredEvent[]> {
    await Promise.resolve();
    return this.#fitting(filter)
      .filter(({ sequence }) => sequence < before)
      .reverse()
      .slice(0, limit);
  }

  async following(filter: EventFilter, limit: number, after: number): Promise<readonly StoredEvent[]> {
    await Promise.resolve();
    return this.#fitting(filter)
      .filter(({ sequence }) => sequence > after)
      .slice(0, limit);
  }

  async extent(): Promise<{ readonly oldest: number | null; readonly last: number }> {
    await Promise.resolve();
    return { oldest: this.#events[0]?.sequence ?? null, last: this.#last };
  }

  async prune({ eventsKept, oldestMs }: EventBounds): Promise<void> {
    await Promise.resolve();
    this.#events = this.#events.filter(({ sequence, atMs }) => sequence > this.#last - eventsKept && atMs >= oldestMs);
  }

  #fitting({ type, resource, sinceMs = -Infinity }: EventFilter): StoredEvent[] {
    const isOfType = (other: string) => type === undefined || other === type || other.startsWith(`${type}.`);
    return this.#events.filter(
      (event) =>
        isOfType(event.type) && (resource === undefined || event.resource === resource) && event.atMs >= sinceMs,
    );
  }
}
