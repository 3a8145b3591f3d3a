import type { Plan } from '#core/plan/plan.js';
import type { CycleFailure, CycleObserver, CycleReport } from './cycle-runner.js';

/** Several that look at what cycles come to, in their order. */
export class CycleObservers implements CycleObserver {
  constructor(
    private readonly metrics: CycleObserver,
    private readonly decisions: { cycleEnded(report: CycleReport): void },
    private readonly history: { record(plan: Plan): Promise<void> },
  ) {}

  async cycleEnded(report: CycleReport): Promise<void> {
    // What was decided in shadow is not in force.
    if (report.mode !== 'shadow') {
      this.decisions.cycleEnded(report);
      if (report.plan !== null) await this.history.record(report.plan);
    }
    await this.metrics.cycleEnded(report);
  }

  cycleFailed(failure: CycleFailure): void {
    this.metrics.cycleFailed(failure);
  }
}
