import type { NewEvent, StoredEvent } from '../model/event.js';

/** Which events are wanted; all where a field is left out. */
export interface EventFilter {
  /** A type, or the family before its dot. */
  readonly type?: string | undefined;
  readonly resource?: string | undefined;
  readonly sinceMs?: number | undefined;
}

/** How much is kept; whatever is exceeded first counts. */
export interface EventBounds {
  readonly eventsKept: number;
  readonly oldestMs: number;
}

/**
 * Keeps what happened.
 *
 * Obligations: sequences grow by one with each event, in the order in which events become visible, so that whoever has
 * read up to one misses none by going on after it; they are never given again, not even after pruning. Events of one
 * `append` are stored together or not at all. Other stores write events within their own changes, by the same rules.
 */
export interface EventStore {
  append(events: readonly NewEvent[]): Promise<void>;
  /** Newest first, before the one with sequence `before` when given. */
  newest(filter: EventFilter, limit: number, before?: number): Promise<readonly StoredEvent[]>;
  /** Oldest first, after the one with sequence `after`. */
  following(filter: EventFilter, limit: number, after: number): Promise<readonly StoredEvent[]>;
  /** Of the oldest event that is kept (`null` when none is), and of the last that was given to any. */
  extent(): Promise<{ readonly oldest: number | null; readonly last: number }>;
  prune(bounds: EventBounds): Promise<void>;
}
