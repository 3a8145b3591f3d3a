import { Module } from '@nestjs/common';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import { Fleet } from '../agent-channel/fleet.js';
import { PlanHistory } from '../history/plan-history.js';
import { CycleRunner } from '../scheduler/cycle-runner.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { SchedulerStatus } from '../scheduler/scheduler-status.js';
import { CLOCK, CONFIGURATION_STORE, SCHEDULER_STORE } from '../tokens.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

/** Everything at a glance, for the web console. */
@Module({
  imports: [SchedulerModule],
  controllers: [OverviewController],
  providers: [
    {
      provide: OverviewService,
      inject: [CONFIGURATION_STORE, SCHEDULER_STORE, CycleRunner, SchedulerStatus, Fleet, PlanHistory, CLOCK],
      useFactory: (
        configurations: ConfigurationStore,
        store: SchedulerStore,
        runner: CycleRunner,
        status: SchedulerStatus,
        fleet: Fleet,
        history: PlanHistory,
        clock: Clock,
      ) => new OverviewService({ configurations, store, runner, status, fleet, history, clock }),
    },
  ],
})
export class OverviewModule {}
