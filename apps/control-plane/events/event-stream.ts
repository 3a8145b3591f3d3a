import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '#core/model/event.js';
import type { EventFilter, EventStore } from '#core/ports/event-store.js';
import { shownEvent } from './event.schema.js';

export interface EventStreamParts {
  readonly store: Pick<EventStore, 'following' | 'extent'>;
  readonly filter: EventFilter;
  /** Goes on after this sequence; begins with what happens from now on when `null`. */
  readonly lastSequence: number | null;
  /** How often the store is asked while nothing happens; another replica may have written. */
  readonly pollMs: number;
  /** The id of the newest cycle, for listeners who want to hear of each; `null` for others. */
  readonly newestCycle: (() => Promise<number | null>) | null;
  /** How long a connection may be silent. */
  readonly keepAliveMs: number;
  readonly signal: AbortSignal;
}

const PAGE = 100;
const RECONNECT_MS = 2_000;

/**
 * Events as server-sent events, in their order, each once. Reads on only as far as whoever listens takes them, so nothing
 * gathers for one that is slow. Ends when `signal` aborts.
 */
export async function* eventStream(parts: EventStreamParts): AsyncGenerator<string, void, void> {
  const { store, filter, lastSequence, newestCycle, pollMs, keepAliveMs, signal } = parts;
  const { oldest, last } = await store.extent();
  yield `retry: ${RECONNECT_MS}\n\n`;
  if (lastSequence !== null && (oldest ?? last + 1) > lastSequence + 1) {
    // Whoever was away for longer than events are kept must know that some are missing.
    yield `event: gap\ndata: ${JSON.stringify({ after: lastSequence, oldest })}\n\n`;
  }
  let after = lastSequence ?? last;
  let cycle = (await newestCycle?.()) ?? null;
  let silentMs = 0;
  while (!signal.aborted) {
    const events = await store.following(filter, PAGE, after);
    for (const event of events) yield describe(event);
    after = events.at(-1)?.sequence ?? after;
    const newest = (await newestCycle?.()) ?? null;
    const isNewCycle = newest !== cycle;
    cycle = newest;
    // Without an id: whoever comes back has no use for cycles that are over.
    if (isNewCycle) yield `event: cycle\ndata: ${JSON.stringify({ id: cycle })}\n\n`;
    silentMs = events.length > 0 || isNewCycle ? 0 : silentMs + pollMs;
    if (silentMs >= keepAliveMs) {
      silentMs = 0;
      yield ': still here\n\n';
    }
    if (events.length < PAGE) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function describe(event: StoredEvent): string {
  // JSON has no line breaks outside of texts, and none inside them either.
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(shownEvent(event))}\n\n`;
}
