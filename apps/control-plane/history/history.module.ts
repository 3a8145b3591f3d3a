import { Module } from '@nestjs/common';
import { PlanHistory } from './plan-history.js';

/** What the last plans came to. */
@Module({
  providers: [{ provide: PlanHistory, useFactory: () => new PlanHistory() }],
  exports: [PlanHistory],
})
export class HistoryModule {}
