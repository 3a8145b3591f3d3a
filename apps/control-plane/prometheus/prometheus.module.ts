import { Module } from '@nestjs/common';
import { PrometheusController } from './prometheus.controller.js';

/** For a Prometheus beside Weir. */
@Module({ controllers: [PrometheusController] })
export class PrometheusModule {}
