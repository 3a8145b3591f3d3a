import { type BeforeApplicationShutdown, Inject, Injectable, Module } from '@nestjs/common';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { AgentWatch } from '../events/agent-watch.js';
import { EventsModule } from '../events/events.module.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { UrgencyWatch } from '../scheduler/urgency-watch.js';
import { CONFIGURATION_STORE, REPORT_LISTENER, SCHEDULER_STORE } from '../tokens.js';
import { AgentChannel, type ReportListener } from './agent-channel.js';
import { AgentChannelController } from './agent-channel.controller.js';
import { Fleet } from './fleet.js';

/** Answers every long poll before the server closes, so that no agent sees a broken connection. */
@Injectable()
class AgentChannelLifecycle implements BeforeApplicationShutdown {
  constructor(@Inject(PublicationBoard) private readonly board: PublicationBoard) {}

  beforeApplicationShutdown(): void {
    this.board.dismiss();
  }
}

/** Where agents get their configuration and leave their reports. */
@Module({
  imports: [EventsModule, SchedulerModule],
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
        AgentWatch,
        UrgencyWatch,
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
      ) => new AgentChannel(configurations, store, board, fleet, [telemetry, agentWatch, urgencyWatch]),
    },
  ],
})
export class AgentChannelModule {}
