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
import { CLOCK, EVENT_STORE, SETTINGS } from '../tokens.js';
import { AgentWatch } from './agent-watch.js';
import { DecisionWatch } from './decision-watch.js';
import { EventJournal } from './event-journal.js';
import { EventListeners } from './event-listeners.js';
import { EventsController } from './events.controller.js';

const AGENTS_EVERY_MS = 5_000;
const PRUNE_EVERY_MS = 60_000;

/** Looks for lost agents and drops old events from time to time; lets listeners go before the server closes. */
@Injectable()
class EventsLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Events');
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    private readonly agents: AgentWatch,
    private readonly journal: EventJournal,
    private readonly listeners: EventListeners,
  ) {}

  onApplicationBootstrap(): void {
    const prune = () => void this.#prune();
    const sync = () => {
      this.agents.sync();
    };
    this.#timers.push(setInterval(sync, AGENTS_EVERY_MS), setInterval(prune, PRUNE_EVERY_MS));
    for (const timer of this.#timers) timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
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
      inject: [EVENT_STORE],
      useFactory: (store: EventStore) => new EventListeners(store),
    },
    {
      provide: AgentWatch,
      inject: [EventJournal, CLOCK],
      useFactory: (journal: EventJournal, clock: Clock) =>
        new AgentWatch((occurrence) => {
          journal.note(occurrence);
        }, clock),
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
  exports: [AgentWatch, DecisionWatch],
})
export class EventsModule {}
