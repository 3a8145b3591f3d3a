import type { Plan } from '#core/plan/plan.js';
import type { Clock } from '#core/ports/clock.js';
import type { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import { CYCLE_FAILURES, type CycleFailure, type CycleObserver, type CycleReport } from './cycle-runner.js';
import { planFigures } from './plan-figures.js';

/** Turns what cycles come to into metrics. */
export class CycleMetrics implements CycleObserver {
  #lastPlanMs: number | null = null;

  constructor(
    private readonly metrics: ControlPlaneMetrics,
    private readonly clock: Clock,
  ) {
    metrics.expectFailures(CYCLE_FAILURES);
  }

  cycleFailed(failure: CycleFailure): void {
    this.metrics.recordFailure(failure);
  }

  async cycleEnded({ trigger, mode, outcome, solverRescues, plan, stageSeconds }: CycleReport): Promise<void> {
    this.metrics.recordTrigger(trigger);
    this.metrics.recordSolverRescues(solverRescues);
    for (const [stage, seconds] of Object.entries(stageSeconds)) this.metrics.recordStage(stage, seconds);
    if (plan === null) return;
    this.#recordOrigins(plan);
    this.metrics.recordUnusableFigures(unusableFigures(plan));
    const { shares, shifts, stalePairs, meanRttSeconds } = await planFigures(plan);
    this.metrics.recordStaleInputs(stalePairs);
    // What was decided in shadow is not in force.
    if (mode === 'shadow') return;
    this.metrics.recordObjectiveLatency(meanRttSeconds);
    this.metrics.recordShares(shares);
    // A plan that was kept whole tells of moves that were counted when it was decided.
    if (outcome.kind === 'kept') return;
    for (const [reason, shift] of shifts) this.metrics.recordShift(reason, shift);
  }

  #recordOrigins(plan: Plan): void {
    const nowMs = this.clock.monotonicMs();
    const elapsedSeconds = this.#lastPlanMs === null ? 0 : (nowMs - this.#lastPlanMs) / 1_000;
    this.#lastPlanMs = nowMs;
    this.metrics.recordOrigins(
      plan.origins.map(({ origin, capacity, measuredLoad, shadowPriceMs }) => ({
        origin,
        load: measuredLoad,
        ...(capacity !== null && { capacity }),
        ...(shadowPriceMs !== null && { shadowPriceSeconds: shadowPriceMs / 1_000 }),
      })),
      elapsedSeconds,
    );
  }
}

function unusableFigures({ notices }: Plan): number {
  return notices.reduce((sum, notice) => (notice.code === 'unusable-figures' ? sum + notice.count : sum), 0);
}
