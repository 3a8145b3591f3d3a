import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { CLOCK, CONFIGURATION_STORE, DECIDER, SCHEDULER_STORE, SETTINGS, TELEMETRY_SOURCE } from '../tokens.js';
import { CycleMetrics } from './cycle-metrics.js';
import { CycleRunner } from './cycle-runner.js';
import type { Decider } from './decider.js';
import { SchedulerController } from './scheduler.controller.js';
import { SchedulerLoop } from './scheduler-loop.js';

/** Starts the loop once everything is there, and stops it between two cycles. */
@Injectable()
class SchedulerLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly runner: CycleRunner,
    private readonly loop: SchedulerLoop,
    @Inject(DECIDER) private readonly decider: Decider,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.takeOffice();
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
    await this.decider.stop();
  }
}

/** The closed loop and what the API shows of it. */
@Module({
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
          observer: new CycleMetrics(metrics, clock),
          settings: { ...DEFAULT_SCHEDULER_SETTINGS, cycleMs },
        }),
    },
    {
      provide: SchedulerLoop,
      inject: [CycleRunner, SETTINGS],
      useFactory: (runner: CycleRunner, { cycleMs }: ControlPlaneSettings) =>
        new SchedulerLoop((trigger) => runner.run(trigger), cycleMs),
    },
  ],
  exports: [CycleRunner, SchedulerLoop],
})
export class SchedulerModule {}
