import { ApiRefusal } from '#client/errors.js';
import { readServerSentEvents } from '#client/server-sent-events.js';
import type { Schemas } from '#client/weir-client.js';

export type WeirEvent = Schemas['Event'];

/** How the console stands with the control plane. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'lost'; readonly sinceMs: number; readonly retryAtMs: number };

export interface LiveUpdatesOptions {
  readonly url: string;
  readonly token: string | null;
  /** The token is not taken any more. */
  readonly refused: (refusal: ApiRefusal) => void;
  readonly fetch?: typeof globalThis.fetch;
}

const SOONEST_RETRY_MS = 500;
const LATEST_RETRY_MS = 15_000;

/** The control plane says something every 15 s. */
const LONGEST_SILENCE_MS = 40_000;

const MOST_EVENTS = 300;

/** What happens at once is looked at once. */
const GATHER_MS = 120;

/**
 * Hears of every cycle and every event, and says when something is to be read again: a `revision` for each. Comes back
 * by itself, later and later, when the connection is lost; what is shown is then read anew.
 */
export class LiveUpdates {
  connection: Connection = { state: 'connecting' };
  /** Grows whenever what is shown may have changed. */
  revision = 0;
  /** Newest first. */
  events: readonly WeirEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #ending = new AbortController();
  #gathering: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LiveUpdatesOptions) {}

  start(): void {
    this.#ending = new AbortController();
    void this.#listen(this.#ending.signal);
  }

  stop(): void {
    clearTimeout(this.#gathering);
    this.#ending.abort();
  }

  /** Does not wait for the next try. */
  retry(): void {
    this.#ending.abort();
    this.start();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { url, token, refused, fetch } = this.options;
    const watch = {
      began: () => {
        this.#set({ state: 'live' });
        this.#changed();
      },
      broke: (retryMs: number) => {
        this.#lost(retryMs);
      },
    };
    const retryMs = (failures: number): number => Math.min(LATEST_RETRY_MS, SOONEST_RETRY_MS * 2 ** failures);
    try {
      const stream = `${url}/v1/events/stream?cycles=true`;
      const options = { url: stream, token, signal, watch, retryMs, longestSilenceMs: LONGEST_SILENCE_MS };
      for await (const { event, data } of readServerSentEvents({ ...options, ...(fetch !== undefined && { fetch }) })) {
        if (event !== 'cycle' && event !== 'gap') this.#happened(JSON.parse(data) as WeirEvent);
        this.#changed();
      }
    } catch (error) {
      if (error instanceof ApiRefusal) refused(error);
      else throw error;
    }
  }

  #happened(event: WeirEvent): void {
    this.events = [event, ...this.events].slice(0, MOST_EVENTS);
  }

  #lost(retryMs: number): void {
    const { connection } = this;
    const sinceMs = connection.state === 'lost' ? connection.sinceMs : Date.now();
    this.#set({ state: 'lost', sinceMs, retryAtMs: Date.now() + retryMs });
  }

  #set(connection: Connection): void {
    this.connection = connection;
    this.#tell();
  }

  #changed(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.revision += 1;
      this.#tell();
    }, GATHER_MS);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
