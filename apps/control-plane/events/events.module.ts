import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { Clock } from '#core/ports/clock.js';
import type { EventStore } from '#core/ports/event-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { CLOCK, EVENT_STORE, SCHEDULER_STORE, SETTINGS } from '../tokens.js';
import { DecisionWatch } from './decision-watch.js';
import { EventJournal } from './event-journal.js';
import { EventListeners } from './event-listeners.js';
import { EventsController } from './events.controller.js';

const PRUNE_EVERY_MS = 60_000;

/** Drops old events from time to time; lets listeners go before the server closes. */
@Injectable()
class EventsLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Events');
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    private readonly journal: EventJournal,
    private readonly listeners: EventListeners,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#prune(), PRUNE_EVERY_MS);
    this.#timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.listeners.stop();
    await this.journal.settled();
  }

  async #prune(): Promise<void> {
    const { eventsKept, eventAgeMs } = this.settings;
    try {
      await this.store.prune({ eventsKept, oldestMs: this.clock.nowMs() - eventAgeMs });
    } catch (error) {
      this.#logger.warn(`old events could not be dropped: ${String(error)}`);
    }
  }
}

/** What happened: written down, listed, listened to, and forgotten in time. */
@Module({
  controllers: [EventsController],
  providers: [
    EventsLifecycle,
    {
      provide: EventJournal,
      inject: [EVENT_STORE, CLOCK],
      useFactory: (store: EventStore, clock: Clock) => new EventJournal(store, clock),
    },
    {
      provide: EventListeners,
      inject: [EVENT_STORE, SCHEDULER_STORE],
      useFactory: (store: EventStore, cycles: SchedulerStore) => new EventListeners(store, cycles),
    },
    {
      provide: DecisionWatch,
      inject: [EventJournal],
      useFactory: (journal: EventJournal) =>
        new DecisionWatch((occurrence) => {
          journal.note(occurrence);
        }),
    },
  ],
  exports: [EventJournal, DecisionWatch],
})
export class EventsModule {}
