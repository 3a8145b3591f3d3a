import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { Clock } from '#core/ports/clock.js';
import type { ReportExchange } from '#core/ports/report-exchange.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { AgentWatch } from '../events/agent-watch.js';
import { EventJournal } from '../events/event-journal.js';
import { EventsModule } from '../events/events.module.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { Leadership } from '../scheduler/leadership.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { UrgencyWatch } from '../scheduler/urgency-watch.js';
import { CLOCK, CONFIGURATION_STORE, REPORT_EXCHANGE, REPORT_LISTENER, SCHEDULER_STORE } from '../tokens.js';
import { AgentChannel, type ReportListener } from './agent-channel.js';
import { AgentChannelController } from './agent-channel.controller.js';
import { Fleet } from './fleet.js';

const LOST_AGENTS_EVERY_MS = 5_000;

/**
 * Passes reports on between control planes for as long as there is anybody to make something of them, and looks for agents
 * that sent none.
 */
@Injectable()
class AgentChannelLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channel: AgentChannel,
    private readonly agentWatch: AgentWatch,
    @Inject(REPORT_EXCHANGE) private readonly exchange: ReportExchange,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.agentWatch.sync();
    }, LOST_AGENTS_EVERY_MS);
    this.#timer.unref();
    this.exchange.start((report) => {
      // Where the configuration cannot be read, nobody decides anything either.
      this.channel.reportElsewhere(report).catch(() => undefined);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.exchange.stop();
  }
}

/** Where agents get their configuration and leave their reports. */
@Module({
  imports: [EventsModule, SchedulerModule],
  controllers: [AgentChannelController],
  providers: [
    AgentChannelLifecycle,
    {
      provide: AgentWatch,
      inject: [EventJournal, Leadership, CLOCK],
      useFactory: (journal: EventJournal, leadership: Leadership, clock: Clock) =>
        new AgentWatch((occurrence) => {
          // Every control plane sees every report; one of them writes down what it means.
          if (leadership.isLeading) journal.note(occurrence);
        }, clock),
    },
    {
      provide: AgentChannel,
      inject: [
        CONFIGURATION_STORE,
        SCHEDULER_STORE,
        PublicationBoard,
        Fleet,
        REPORT_LISTENER,
        AgentWatch,
        UrgencyWatch,
        REPORT_EXCHANGE,
      ],
      useFactory: (
        configurations: ConfigurationStore,
        store: SchedulerStore,
        board: PublicationBoard,
        fleet: Fleet,
        telemetry: ReportListener,
        agentWatch: AgentWatch,
        // Told last: what it asks for begins with telemetry that knows the report.
        urgencyWatch: UrgencyWatch,
        exchange: ReportExchange,
      ) => new AgentChannel(configurations, store, board, fleet, [telemetry, agentWatch, urgencyWatch], exchange),
    },
  ],
})
export class AgentChannelModule {}
