import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { ReportExchange } from '#core/ports/report-exchange.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { UrgencyWatch } from '../scheduler/urgency-watch.js';
import { CONFIGURATION_STORE, REPORT_EXCHANGE, REPORT_LISTENER, SCHEDULER_STORE } from '../tokens.js';
import { AgentChannel, type ReportListener } from './agent-channel.js';
import { AgentChannelController } from './agent-channel.controller.js';
import { Fleet } from './fleet.js';

/** Passes reports on between control planes for as long as there is anybody to make something of them. */
@Injectable()
class AgentChannelLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly channel: AgentChannel,
    @Inject(REPORT_EXCHANGE) private readonly exchange: ReportExchange,
  ) {}

  onApplicationBootstrap(): void {
    this.exchange.start((report) => {
      // Where the configuration cannot be read, nobody decides anything either.
      this.channel.reportElsewhere(report).catch(() => undefined);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.exchange.stop();
  }
}

/** Where agents get their configuration and leave their reports. */
@Module({
  imports: [SchedulerModule],
  controllers: [AgentChannelController],
  providers: [
    AgentChannelLifecycle,
    {
      provide: AgentChannel,
      inject: [
        CONFIGURATION_STORE,
        SCHEDULER_STORE,
        PublicationBoard,
        Fleet,
        REPORT_LISTENER,
        UrgencyWatch,
        REPORT_EXCHANGE,
      ],
      useFactory: (
        configurations: ConfigurationStore,
        store: SchedulerStore,
        board: PublicationBoard,
        fleet: Fleet,
        telemetry: ReportListener,
        // Told last: what it asks for begins with telemetry that knows the report.
        urgencyWatch: UrgencyWatch,
        exchange: ReportExchange,
      ) => new AgentChannel(configurations, store, board, fleet, [telemetry, urgencyWatch], exchange),
    },
  ],
})
export class AgentChannelModule {}
