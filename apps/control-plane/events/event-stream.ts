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
  const { store, filter, lastSequence, pollMs, keepAliveMs, signal } = parts;
  const { oldest, last } = await store.extent();
  yield `retry: ${RECONNECT_MS}\n\n`;
  // Whoever was away for longer than events are kept must know that some are missing.
  if (lastSequence !== null && (oldest ?? last + 1) > lastSequence + 1)
    yield message('gap', { after: lastSequence, oldest });
  let after = lastSequence ?? last;
  let cycle = await newestCycle(parts);
  let silentMs = 0;
  while (!signal.aborted) {
    const events = await store.following(filter, PAGE, after);
    after = events.at(-1)?.sequence ?? after;
    const newest = await newestCycle(parts);
    // Without an id: whoever comes back has no use for cycles that are over.
    const news = [...events.map(describe), ...(newest === cycle ? [] : [message('cycle', { id: newest })])];
    cycle = newest;
    yield* news;
    silentMs = news.length > 0 ? 0 : silentMs + pollMs;
    if (silentMs >= keepAliveMs) {
      silentMs = 0;
      yield ': still here\n\n';
    }
    if (events.length < PAGE) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function newestCycle(parts: EventStreamParts): Promise<number | null> {
  return (await parts.newestCycle?.()) ?? null;
}

function describe(event: StoredEvent): string {
  return `id: ${event.sequence}\n${message(event.type, shownEvent(event))}`;
}

function message(type: string, data: object): string {
  // JSON has no line breaks outside of texts, and none inside them either.
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
