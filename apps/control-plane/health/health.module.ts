import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** For whoever watches the process. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
