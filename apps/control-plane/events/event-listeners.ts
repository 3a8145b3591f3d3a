import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { EventFilter, EventStore } from '#core/ports/event-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { Problem } from '../http/problem.js';
import { eventStream } from './event-stream.js';

const MOST_LISTENERS = 100;
const POLL_MS = 500;
const KEEP_ALIVE_MS = 15_000;

/** A listener takes what is there within this long, or is cut off; it can come back to where it was. */
const SLOWEST_MS = 30_000;

/** What somebody wants to hear of. */
export interface ListenerWish {
  readonly filter: EventFilter;
  /** Hear of every cycle too. */
  readonly isTellingCycles: boolean;
  /** Goes on after this event. */
  readonly lastSequence: number | null;
}

/** Everybody who listens to events. */
export class EventListeners {
  readonly #ending = new Set<AbortController>();

  constructor(
    private readonly store: Pick<EventStore, 'following' | 'extent'>,
    private readonly cycles: Pick<SchedulerStore, 'listCycles'>,
  ) {}

  /** What a listener is to be sent. Throws a `Problem` when there are too many. */
  listen({ filter, isTellingCycles, lastSequence }: ListenerWish, response: ServerResponse): Readable {
    if (this.#ending.size >= MOST_LISTENERS)
      throw new Problem('busy', 'too many listen already; come back later', [], 5);
    const ending = new AbortController();
    this.#ending.add(ending);
    const { signal } = ending;
    const newestCycle = async (): Promise<number | null> => (await this.cycles.listCycles(1))[0]?.id ?? null;
    const parts = {
      store: this.store,
      filter,
      lastSequence,
      newestCycle: isTellingCycles ? newestCycle : null,
      pollMs: POLL_MS,
      keepAliveMs: KEEP_ALIVE_MS,
      signal,
    };
    const events = Readable.from(
      whileTaken(eventStream(parts), () => response.destroy()),
      { highWaterMark: 1 },
    );
    response.once('close', () => {
      ending.abort();
      this.#ending.delete(ending);
    });
    return events;
  }

  /** Ends every stream; listeners come back to whoever serves next. */
  stop(): void {
    for (const ending of this.#ending) ending.abort();
  }
}

/** Gives up on a reader that leaves something lying for too long. */
async function* whileTaken(source: AsyncIterable<string>, giveUp: () => void): AsyncGenerator<string, void, void> {
  for await (const text of source) {
    const patience = setTimeout(giveUp, SLOWEST_MS);
    try {
      yield text;
    } finally {
      clearTimeout(patience);
    }
  }
}
