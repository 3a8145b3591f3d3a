import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { archiveCycle } from '#storage/archive/cycle-archive.js';
import { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { DecisionWatch } from '../events/decision-watch.js';
import { EventsModule } from '../events/events.module.js';
import { PublicationBoard } from '../publication/publication-board.js';
import {
  CLOCK,
  CONFIGURATION_STORE,
  DECIDER,
  SCHEDULER_STORE,
  SETTINGS,
  TELEMETRY_SOURCE,
  WHAT_IF_DECIDER,
} from '../tokens.js';
import { CycleMetrics } from './cycle-metrics.js';
import { CycleObservers } from './cycle-observers.js';
import { CycleRunner } from './cycle-runner.js';
import type { Decider } from './decider.js';
import { SchedulerController } from './scheduler.controller.js';
import { SchedulerLoop } from './scheduler-loop.js';
import { UrgencyWatch } from './urgency-watch.js';

/** Starts the loop once everything is there, and stops it between two cycles. */
@Injectable()
class SchedulerLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly runner: CycleRunner,
    private readonly loop: SchedulerLoop,
    private readonly urgencyWatch: UrgencyWatch,
    @Inject(DECIDER) private readonly decider: Decider,
    @Inject(WHAT_IF_DECIDER) private readonly whatIfDecider: Decider,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.takeOffice();
    this.loop.start();
    this.urgencyWatch.start(() => {
      void this.loop.sync('urgent');
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.urgencyWatch.stop();
    await this.loop.stop();
    await Promise.all([this.decider.stop(), this.whatIfDecider.stop()]);
  }
}

/** The closed loop and what the API shows of it. */
@Module({
  imports: [EventsModule],
  controllers: [SchedulerController],
  providers: [
    SchedulerLifecycle,
    {
      provide: CycleRunner,
      inject: [
        CONFIGURATION_STORE,
        SCHEDULER_STORE,
        TELEMETRY_SOURCE,
        DECIDER,
        PublicationBoard,
        ControlPlaneMetrics,
        DecisionWatch,
        CLOCK,
        SETTINGS,
      ],
      useFactory: (
        configurations: ConfigurationStore,
        store: SchedulerStore,
        telemetry: TelemetrySource,
        decider: Decider,
        board: PublicationBoard,
        metrics: ControlPlaneMetrics,
        decisions: DecisionWatch,
        clock: Clock,
        { cycleMs }: ControlPlaneSettings,
      ) =>
        new CycleRunner({
          configurations,
          store,
          telemetry,
          decider,
          board,
          clock,
          observer: new CycleObservers(new CycleMetrics(metrics, clock), decisions),
          settings: { ...DEFAULT_SCHEDULER_SETTINGS, cycleMs },
          archive: archiveCycle,
        }),
    },
    {
      provide: UrgencyWatch,
      inject: [CycleRunner, CLOCK, SETTINGS],
      useFactory: (runner: CycleRunner, clock: Clock, { cycleMs }: ControlPlaneSettings) =>
        new UrgencyWatch(() => runner.planAtHand(), clock, cycleMs),
    },
    {
      provide: SchedulerLoop,
      inject: [CycleRunner, UrgencyWatch, SETTINGS],
      useFactory: (runner: CycleRunner, urgencyWatch: UrgencyWatch, { cycleMs }: ControlPlaneSettings) =>
        new SchedulerLoop((trigger) => {
          urgencyWatch.cycleBegan();
          return runner.run(trigger);
        }, cycleMs),
    },
  ],
  exports: [CycleRunner, SchedulerLoop, UrgencyWatch],
})
export class SchedulerModule {}
