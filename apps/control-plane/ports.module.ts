import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { Clock } from '#core/ports/clock.js';
import type { ReplicaLink } from '#core/ports/replica-link.js';
import type { ReportExchange } from '#core/ports/report-exchange.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { NO_REPORT_EXCHANGE } from '#storage/no-report-exchange.js';
import { openDatabase } from '#storage/open-database.js';
import { PostgresReplicaLink } from '#storage/postgres/postgres-replica-link.js';
import { PostgresReportExchange } from '#storage/postgres/postgres-report-exchange.js';
import { SoleReplicaLink } from '#storage/sole-replica-link.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { TypeormEventStore } from '#storage/typeorm-event-store.js';
import { TypeormSchedulerStore } from '#storage/typeorm-scheduler-store.js';
import { TypeormTokenStore } from '#storage/typeorm-token-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { AgentReportSource } from '#telemetry/report-source/agent-report-source.js';
import { Fleet } from './agent-channel/fleet.js';
import { databaseLocation } from './commands/database-commands.js';
import { PublicationBoard } from './publication/publication-board.js';
import { DECISION_WORKER, WorkerDecider } from './scheduler/worker-decider.js';
import { SYSTEM_CLOCK } from './system-clock.js';
import {
  ADVISOR,
  CLOCK,
  CONFIGURATION_MEMORY,
  CONFIGURATION_STORE,
  DECIDER,
  EVENT_STORE,
  REPLICA_LINK,
  REPORT_EXCHANGE,
  REPORT_LISTENER,
  SCHEDULER_STORE,
  SETTINGS,
  TELEMETRY_SOURCE,
  TOKEN_STORE,
} from './tokens.js';
import { IdleAdvisor } from './what-if/idle-advisor.js';
import { ADVICE_WORKER, WorkerAdvisor } from './what-if/worker-advisor.js';

/** A thread that answers questions of what would be takes memory that is better not held for long. */
const ADVISOR_IDLE_MS = 60_000;

/** A lead that falls free is taken up within this. */
const LONGEST_BEAT_MS = 1_000;

/** The database goes last: everything before it may still have something to store. */
@Injectable()
class DatabaseLifecycle implements OnApplicationShutdown {
  constructor(@Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork) {}

  async onApplicationShutdown(): Promise<void> {
    await this.unitOfWork.close();
  }
}

/** Constructs the adapters behind the domain's ports: the one place that knows which they are. */
@Global()
@Module({})
export class PortsModule {
  static with(settings: ControlPlaneSettings): DynamicModule {
    const providers: Provider[] = [
      { provide: SETTINGS, useValue: settings },
      { provide: CLOCK, useValue: SYSTEM_CLOCK },
      ...storage(settings),
      ...replicas(settings),
      ...telemetry(settings),
      ...deciders(settings),
      { provide: PublicationBoard, inject: [CLOCK], useFactory: (clock: Clock) => new PublicationBoard(clock) },
      { provide: Fleet, inject: [CLOCK], useFactory: (clock: Clock) => new Fleet(clock) },
      { provide: ControlPlaneMetrics, useFactory: () => new ControlPlaneMetrics() },
    ];
    return { module: PortsModule, providers: [...providers, DatabaseLifecycle], exports: providers };
  }
}

/** Questions have a thread of their own, so that no cycle waits for one. */
function deciders({ decisionDeadlineMs }: ControlPlaneSettings): Provider[] {
  return [
    {
      provide: DECIDER,
      useFactory: () => new WorkerDecider(DECISION_WORKER, decisionDeadlineMs, { isArchiving: true }),
    },
    {
      provide: ADVISOR,
      useFactory: () => new IdleAdvisor(new WorkerAdvisor(ADVICE_WORKER, decisionDeadlineMs), ADVISOR_IDLE_MS),
    },
  ];
}

function storage(settings: ControlPlaneSettings): Provider[] {
  const { cyclesKept, historyBytes } = settings;
  return [
    { provide: UnitOfWork, useFactory: async () => new UnitOfWork(await openDatabase(databaseLocation(settings))) },
    {
      provide: CONFIGURATION_STORE,
      inject: [UnitOfWork],
      useFactory: (unitOfWork: UnitOfWork) => new TypeormConfigurationStore(unitOfWork),
    },
    { provide: CONFIGURATION_MEMORY, useExisting: CONFIGURATION_STORE },
    {
      provide: EVENT_STORE,
      inject: [UnitOfWork],
      useFactory: (unitOfWork: UnitOfWork) => new TypeormEventStore(unitOfWork),
    },
    {
      provide: TOKEN_STORE,
      inject: [UnitOfWork],
      useFactory: (unitOfWork: UnitOfWork) => new TypeormTokenStore(unitOfWork),
    },
    {
      provide: SCHEDULER_STORE,
      inject: [UnitOfWork],
      useFactory: (unitOfWork: UnitOfWork) => new TypeormSchedulerStore(unitOfWork, { cyclesKept, historyBytes }),
    },
  ];
}

/** An embedded database has one control plane. */
function replicas({ databaseUrl, cycleMs }: ControlPlaneSettings): Provider[] {
  return [
    {
      provide: REPLICA_LINK,
      inject: [UnitOfWork],
      useFactory: ({ author }: UnitOfWork): ReplicaLink =>
        databaseUrl === null
          ? new SoleReplicaLink()
          : new PostgresReplicaLink({ url: databaseUrl, author, beatMs: Math.min(LONGEST_BEAT_MS, cycleMs / 4) }),
    },
    {
      provide: REPORT_EXCHANGE,
      inject: [UnitOfWork],
      useFactory: ({ author }: UnitOfWork): ReportExchange =>
        databaseUrl === null ? NO_REPORT_EXCHANGE : new PostgresReportExchange({ url: databaseUrl, author }),
    },
  ];
}

/** With Prometheus, reports still tell how agents are; what they measure is read from Prometheus alone. */
function telemetry({ prometheusUrl, rateWindowMs, cycleMs }: ControlPlaneSettings): Provider[] {
  return [
    {
      provide: REPORT_LISTENER,
      inject: [CLOCK],
      useFactory: (clock: Clock) => new AgentReportSource(clock, { rateWindowMs }),
    },
    {
      provide: TELEMETRY_SOURCE,
      inject: [REPORT_LISTENER, CLOCK],
      useFactory: async (reports: AgentReportSource, clock: Clock): Promise<TelemetrySource> => {
        if (prometheusUrl === null) return reports;
        const { PrometheusSource } = await import('#telemetry/prometheus-source/prometheus-source.js');
        return new PrometheusSource({ url: prometheusUrl, rateWindowMs, timeoutMs: cycleMs / 2, clock });
      },
    },
  ];
}
