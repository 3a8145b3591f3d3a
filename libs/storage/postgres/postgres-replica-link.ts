import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { ReplicaLink, ReplicaListener } from '#core/ports/replica-link.js';
import { SCHEDULER_LOCK } from './advisory-locks.js';
import { announcement, CHANNEL, readAnnouncement } from './announce.js';
import { CONNECT_TIMEOUT_MS } from './postgres-options.js';

export interface PostgresReplicaLinkOptions {
  readonly url: string;
  /** The author of what this control plane announces itself. */
  readonly author: string;
  /** How often the lead is asked for, or found to be still held. */
  readonly beatMs: number;
}

/** A server that is silent for so long is gone. */
const SILENCE_MS = 5_000;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * So that the server notices a client that vanished without a word: otherwise it would keep the lead from everybody for two
 * hours. About ten seconds; a client that was killed is noticed at once.
 */
const NOTICE_VANISHING = `
  SET tcp_keepalives_idle = 4;
  SET tcp_keepalives_interval = 2;
  SET tcp_keepalives_count = 3;
  SET tcp_user_timeout = 10000;
`;

/**
 * One session on PostgreSQL that does both: it listens to what others announce, and holds the lead as an advisory lock, which
 * the server frees as soon as the session ends. While it has the lead it makes sure of it; without, it asks for it.
 */
export class PostgresReplicaLink implements ReplicaLink {
  readonly #stopping = new AbortController();
  #session: Client | null = null;
  #attending: Promise<void> = Promise.resolve();

  constructor(private readonly options: PostgresReplicaLinkOptions) {}

  start(listener: ReplicaListener): Promise<void> {
    return new Promise((resolve) => {
      this.#attending = this.#attendForEver(listener, resolve);
    });
  }

  async wantCycle(): Promise<void> {
    if (this.#session === null) throw new Error('the database cannot be reached');
    await this.#session.query('SELECT pg_notify($1, $2)', [CHANNEL, announcement('cycle-wanted', this.options.author)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#attending;
  }

  async #attendForEver(listener: ReplicaListener, onFirstBeat: () => void): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      await this.#attend(listener, () => {
        failures = 0;
        onFirstBeat();
      });
      failures += 1;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One session, from its connection to its end. */
  async #attend(listener: ReplicaListener, onBeat: () => void): Promise<void> {
    const session = new Client({
      connectionString: this.options.url,
      application_name: 'weir replica',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: SILENCE_MS,
      keepAlive: true,
    });
    const ending = endOf(session, this.#stopping.signal);
    try {
      await this.#listen(session, listener);
    } catch {
      await hangUp(session);
      return;
    }
    const reason = await this.#holdLead(session, listener, ending, onBeat).catch((failure: unknown) => failure);
    this.#session = null;
    await hangUp(session);
    listener.disconnected(reason);
  }

  async #listen(session: Client, listener: ReplicaListener): Promise<void> {
    await session.connect();
    await session.query(NOTICE_VANISHING);
    session.on('notification', ({ payload = '' }) => {
      const heard = readAnnouncement(payload);
      if (heard !== null && heard.author !== this.options.author) listener.changed(heard.change);
    });
    await session.query(`LISTEN ${CHANNEL}`);
    this.#session = session;
    listener.connected();
  }

  /** Answers why it ended. */
  async #holdLead(
    session: Client,
    listener: ReplicaListener,
    ending: AbortSignal,
    onBeat: () => void,
  ): Promise<unknown> {
    let isLeading = false;
    try {
      while (!ending.aborted) {
        if (isLeading) await session.query('SELECT 1');
        else if (await takesLead(session)) {
          isLeading = true;
          listener.elected();
        }
        onBeat();
        await pause(this.options.beatMs, undefined, { signal: ending }).catch(() => undefined);
      }
      return ending.reason;
    } finally {
      if (isLeading) listener.deposed();
    }
  }
}

async function takesLead(session: Client): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${SCHEDULER_LOCK}) AS taken`);
  return rows[0]?.taken === true;
}

/** Aborts when the session is over, by itself or because the link stops. */
function endOf(session: Client, stopping: AbortSignal): AbortSignal {
  const ended = new AbortController();
  session.on('error', (failure) => {
    ended.abort(failure);
  });
  session.on('end', () => {
    ended.abort(new Error('the database closed the connection'));
  });
  return AbortSignal.any([ended.signal, stopping]);
}

/** A server that does not answer is not waited for. */
async function hangUp(session: Client): Promise<void> {
  await Promise.race([session.end().catch(() => undefined), pause(SILENCE_MS, undefined, { ref: false })]);
}
