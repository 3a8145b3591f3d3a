import { Module } from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import { CycleRunner } from '../scheduler/cycle-runner.js';
import type { Decider } from '../scheduler/decider.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { CONFIGURATION_STORE, SETTINGS, WHAT_IF_DECIDER } from '../tokens.js';
import { WhatIfController } from './what-if.controller.js';
import { WhatIfService } from './what-if.service.js';

/** Questions about what would be. */
@Module({
  imports: [SchedulerModule],
  controllers: [WhatIfController],
  providers: [
    {
      provide: WhatIfService,
      inject: [CONFIGURATION_STORE, CycleRunner, WHAT_IF_DECIDER, SETTINGS],
      useFactory: (
        configurations: ConfigurationStore,
        newestCycle: CycleRunner,
        decider: Decider,
        { cycleMs }: ControlPlaneSettings,
      ) => new WhatIfService({ configurations, newestCycle, decider, cycleMs }),
    },
  ],
})
export class WhatIfModule {}
