import { Logger } from '@nestjs/common';
import type { EventType, NewEvent } from '#core/model/event.js';
import type { Clock } from '#core/ports/clock.js';
import type { EventStore } from '#core/ports/event-store.js';

/** What Weir itself saw or decided. */
export interface Occurrence {
  readonly type: EventType;
  readonly resource: string;
  readonly summary: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** More than this wait only while the database cannot be written; what comes then is lost, and counted. */
const MOST_WAITING = 1_000;

/** Writes down, in their order, what happens without anybody asking for it. Whoever tells it does not wait. */
export class EventJournal {
  readonly #logger = new Logger('Events');
  #waiting: NewEvent[] = [];
  #lost = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<EventStore, 'append'>,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {}

  note({ type, resource, summary, before = null, after = null }: Occurrence): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost += 1;
      return;
    }
    const isIdle = this.#waiting.length === 0;
    this.#waiting.push({
      atMs: this.clock.nowMs(),
      type,
      resource,
      summary,
      before,
      after,
      actor: null,
      requestId: null,
    });
    // All that is noted until its turn comes is one write.
    if (isIdle) this.#writing = this.#writing.then(() => this.#write());
  }

  /** Resolves once all that was noted is written, or could not be. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    const events = this.#waiting;
    const lost = this.#lost;
    this.#waiting = [];
    this.#lost = 0;
    if (lost > 0) this.#logger.warn(`${lost} events were lost: too many came at once`);
    try {
      await this.store.append(events);
    } catch (error) {
      this.#logger.error(`${events.length} events could not be written: ${String(error)}`);
    }
  }
}
