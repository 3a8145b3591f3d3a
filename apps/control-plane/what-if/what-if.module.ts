import { Module } from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import { CycleRunner } from '../scheduler/cycle-runner.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { ADVISOR, CONFIGURATION_STORE, SETTINGS } from '../tokens.js';
import type { Advisor } from './advisor.js';
import { WhatIfController } from './what-if.controller.js';
import { WhatIfService } from './what-if.service.js';

/** Questions about what would be. */
@Module({
  imports: [SchedulerModule],
  controllers: [WhatIfController],
  providers: [
    {
      provide: WhatIfService,
      inject: [CONFIGURATION_STORE, CycleRunner, ADVISOR, SETTINGS],
      useFactory: (
        configurations: ConfigurationStore,
        newestCycle: CycleRunner,
        advisor: Advisor,
        { cycleMs }: ControlPlaneSettings,
      ) => new WhatIfService({ configurations, newestCycle, advisor, cycleMs }),
    },
  ],
})
export class WhatIfModule {}
