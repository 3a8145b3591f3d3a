import { Module } from '@nestjs/common';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { StatusController } from './status.controller.js';

/** How things are. Reads only. */
@Module({ imports: [SchedulerModule], controllers: [StatusController] })
export class StatusModule {}
