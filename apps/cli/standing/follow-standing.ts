import { setTimeout as pause } from 'node:timers/promises';
import { ApiRefusal, Unreachable } from '#client/errors.js';
import { readServerSentEvents } from '#client/server-sent-events.js';
import type { Session } from '../session.js';
import { readStanding } from './read-standing.js';
import type { Standing } from './standing.js';

/** How everything stands, and why it may be of earlier; `null` for what is of now. */
export interface StandingUpdate {
  readonly standing: Standing;
  readonly trouble: string | null;
}

/** Between two readings, at the least. */
const SHORTEST_PAUSE_MS = 1_000;
/** Of a large fleet it takes long to tell; that is not asked for more than a third of the time. */
const PAUSE_PER_READING = 2;

type Follower = Pick<Session, 'client' | 'url' | 'token'>;

/**
 * Reads how everything stands, again whenever something happens, and at the latest when a cycle has passed. A control plane
 * that is away for a while is waited for; rejects where there was none from the first, or where it refuses.
 */
export async function* followStanding(
  session: Follower,
  signal: AbortSignal,
): AsyncGenerator<StandingUpdate, void, void> {
  const happenings = new Happenings(session, signal);
  let last: Standing | null = null;
  while (!signal.aborted) {
    const startedMs = performance.now();
    try {
      last = await readStanding(session.client);
      yield { standing: last, trouble: null };
    } catch (error) {
      if (last === null || !isPassing(error)) throw error;
      yield { standing: last, trouble: `${error.message}; what is shown is of earlier` };
    }
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, PAUSE_PER_READING * (performance.now() - startedMs));
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    await happenings.next(Math.max(0, 1_000 * last.overview.scheduler.cycleSeconds - pauseMs));
  }
}

function isPassing(error: unknown): error is Error {
  return error instanceof Unreachable || (error instanceof ApiRefusal && (error.status >= 500 || error.status === 429));
}

/** Knows whether something has happened since it was last asked. */
class Happenings {
  #isSomething = false;
  #wake: () => void = () => undefined;

  constructor(
    session: Follower,
    private readonly signal: AbortSignal,
  ) {
    void this.#listen(session);
  }

  /** Resolves when something has happened, or after so long. */
  async next(timeoutMs: number): Promise<void> {
    if (!this.#isSomething) {
      const patience = new AbortController();
      const happened = new Promise<void>((resolve) => (this.#wake = resolve));
      const signal = AbortSignal.any([patience.signal, this.signal]);
      await Promise.race([happened, pause(timeoutMs, undefined, { signal }).catch(() => undefined)]);
      patience.abort();
    }
    this.#isSomething = false;
  }

  async #listen({ url, token }: Follower): Promise<void> {
    try {
      const events = readServerSentEvents({ url: `${url}/v1/events/stream`, token, signal: this.signal });
      while ((await events.next()).done !== true) {
        this.#isSomething = true;
        this.#wake();
      }
    } catch {
      // Without the stream it is read once a cycle, where a refusal is told.
    }
  }
}
