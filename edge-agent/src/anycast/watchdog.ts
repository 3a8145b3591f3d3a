import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Announcer } from './announcer.js';
import type { Heartbeat } from './heartbeat.js';

export interface WatchdogParts {
  readonly heartbeat: Pick<Heartbeat, 'read'>;
  readonly announcer: Pick<Announcer, 'announce'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  /** How long the heart may stand still. */
  readonly patienceMs: number;
}

const LOOK_INTERVAL_MS = 1_000;

/**
 * Withdraws what a dead agent announces: nobody takes dead endpoints out on this edge any more. Connections go on in the
 * kernel. It only ever withdraws; an agent that lives again announces by itself.
 *
 * It measures by its own steady clock how long the heartbeat has not changed: a step of the wall clock kills nobody.
 */
export class Watchdog {
  #beat: number | null = null;
  #changedAtMs: number;
  #isWithdrawn = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: WatchdogParts) {
    this.#changedAtMs = parts.clock.monotonicMs();
  }

  start(): void {
    this.#timer = setInterval(() => void this.sync(), LOOK_INTERVAL_MS);
  }

  /** Looks once. Never rejects. */
  sync(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { heartbeat, clock, patienceMs } = this.parts;
    const beat = await heartbeat.read();
    if (beat !== this.#beat) {
      this.#beat = beat;
      this.#changedAtMs = clock.monotonicMs();
      this.#isWithdrawn = false;
      return;
    }
    if (!this.#isWithdrawn && clock.monotonicMs() - this.#changedAtMs >= patienceMs) await this.#withdraw();
  }

  /** What fails is tried again at the next look. */
  async #withdraw(): Promise<void> {
    const { announcer, logger, patienceMs } = this.parts;
    const { problems } = await announcer.announce([]);
    this.#isWithdrawn = problems.length === 0;
    if (this.#isWithdrawn) logger.error('the edge agent is dead: its announcement is withdrawn', { patienceMs });
    for (const { code, message } of problems)
      logger.error('the announcement of a dead edge agent cannot be withdrawn', { code, reason: message });
  }
}
