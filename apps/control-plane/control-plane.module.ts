import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import { AgentChannelModule } from './agent-channel/agent-channel.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { ProblemFilter } from './http/problem.filter.js';
import { OverviewModule } from './overview/overview.module.js';
import { PortsModule } from './ports.module.js';
import { PrometheusModule } from './prometheus/prometheus.module.js';
import { ResourcesModule } from './resources/resources.module.js';
import { SchedulerModule } from './scheduler/scheduler.module.js';
import { SecurityModule } from './security/security.module.js';
import { StatusModule } from './status/status.module.js';
import { WhatIfModule } from './what-if/what-if.module.js';

/** The whole control plane: what operators declare, the loop that decides, and the channel to the agents. */
@Module({})
export class ControlPlaneModule {
  static with(settings: ControlPlaneSettings): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [
        PortsModule.with(settings),
        SecurityModule,
        EventsModule,
        ResourcesModule,
        StatusModule,
        SchedulerModule,
        WhatIfModule,
        AgentChannelModule,
        HealthModule,
        PrometheusModule,
        OverviewModule,
      ],
      providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
    };
  }
}
