import { Module } from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationMemory, ConfigurationStore } from '#core/ports/configuration-store.js';
import type { ReplicaLink } from '#core/ports/replica-link.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { archiveCycle } from '#storage/archive/cycle-archive.js';
import { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { DecisionWatch } from '../events/decision-watch.js';
import { EventsModule } from '../events/events.module.js';
import { Readiness } from '../health/readiness.js';
import { HistoryModule } from '../history/history.module.js';
import { PlanHistory } from '../history/plan-history.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { PublicationWatch } from '../publication/publication-watch.js';
import { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import {
  CLOCK,
  CONFIGURATION_MEMORY,
  CONFIGURATION_STORE,
  DECIDER,
  REPLICA_LINK,
  SCHEDULER_STORE,
  SETTINGS,
  TELEMETRY_SOURCE,
} from '../tokens.js';
import { CycleMetrics } from './cycle-metrics.js';
import { CycleObservers } from './cycle-observers.js';
import { CycleRunner } from './cycle-runner.js';
import type { Decider } from './decider.js';
import { Leadership } from './leadership.js';
import { SchedulerController } from './scheduler.controller.js';
import { SchedulerLifecycle } from './scheduler-lifecycle.js';
import { SchedulerLoop } from './scheduler-loop.js';
import { SchedulerOffice } from './scheduler-office.js';
import { SchedulerStatus } from './scheduler-status.js';
import { UrgencyWatch } from './urgency-watch.js';

/** The closed loop and what the API shows of it. */
@Module({
  imports: [EventsModule, HistoryModule],
  controllers: [SchedulerController],
  providers: [
    SchedulerLifecycle,
    Readiness,
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
        PlanHistory,
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
        history: PlanHistory,
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
          observer: new CycleObservers(new CycleMetrics(metrics, clock), decisions, history),
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
    {
      provide: Leadership,
      inject: [CycleRunner, SchedulerLoop, UrgencyWatch, SCHEDULER_STORE, ControlPlaneMetrics, CLOCK, SETTINGS],
      useFactory: (
        runner: CycleRunner,
        loop: SchedulerLoop,
        urgencyWatch: UrgencyWatch,
        store: SchedulerStore,
        metrics: ControlPlaneMetrics,
        clock: Clock,
        { cycleMs }: ControlPlaneSettings,
      ) => new Leadership(new SchedulerOffice({ runner, loop, urgencyWatch, store, metrics, clock, cycleMs })),
    },
    {
      provide: SchedulerStatus,
      inject: [SCHEDULER_STORE, CycleRunner, Leadership, SETTINGS],
      useFactory: (
        store: SchedulerStore,
        runner: CycleRunner,
        leadership: Leadership,
        { cycleMs, prometheusUrl }: ControlPlaneSettings,
      ) =>
        new SchedulerStatus({
          store,
          runner,
          leadership,
          cycleMs,
          telemetry: prometheusUrl === null ? 'reports' : 'prometheus',
        }),
    },
    {
      provide: ReplicaCoordinator,
      inject: [
        REPLICA_LINK,
        Leadership,
        SchedulerLoop,
        CycleRunner,
        SCHEDULER_STORE,
        PublicationBoard,
        CONFIGURATION_MEMORY,
        SETTINGS,
      ],
      useFactory: (
        link: ReplicaLink,
        leadership: Leadership,
        loop: SchedulerLoop,
        runner: CycleRunner,
        store: SchedulerStore,
        board: PublicationBoard,
        configurations: ConfigurationMemory,
        { decisionDeadlineMs }: ControlPlaneSettings,
      ) =>
        new ReplicaCoordinator({
          link,
          leadership,
          loop,
          runner,
          publications: new PublicationWatch(store, board),
          configurations,
          cycleTimeoutMs: 2 * decisionDeadlineMs,
        }),
    },
  ],
  exports: [
    CycleRunner,
    Leadership,
    SchedulerLoop,
    SchedulerStatus,
    UrgencyWatch,
    Readiness,
    ReplicaCoordinator,
    HistoryModule,
  ],
})
export class SchedulerModule {}
