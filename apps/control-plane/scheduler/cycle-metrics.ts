import type { Clock } from '#core/ports/clock.js';
import type { Plan, ShareDecision } from '#core/plan/plan.js';
import type { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import type { CycleFailure, CycleObserver, CycleReport } from './cycle-runner.js';

/** Turns what cycles come to into metrics. */
export class CycleMetrics implements CycleObserver {
  #lastPlanMs: number | null = null;

  constructor(
    private readonly metrics: ControlPlaneMetrics,
    private readonly clock: Clock,
  ) {}

  cycleFailed(failure: CycleFailure): void {
    this.metrics.recordFailure(failure);
  }

  cycleEnded({ mode, outcome, plan, stageSeconds }: CycleReport): void {
    for (const [stage, seconds] of Object.entries(stageSeconds)) this.metrics.recordStage(stage, seconds);
    if (plan === null) return;
    this.#recordInputs(plan);
    // What was decided in shadow is not in force.
    if (mode === 'shadow') return;
    this.#recordShares(plan);
    if (outcome.kind === 'planned') this.#recordShifts(plan);
  }

  #recordShares(plan: Plan): void {
    this.metrics.recordShares(
      plan.pairs.flatMap(({ loadBalancer, edge, shares }) =>
        shares.map(({ origin, share }) => ({ loadBalancer, edge, origin, share })),
      ),
    );
  }

  #recordInputs(plan: Plan): void {
    const nowMs = this.clock.monotonicMs();
    const elapsedSeconds = this.#lastPlanMs === null ? 0 : (nowMs - this.#lastPlanMs) / 1_000;
    this.#lastPlanMs = nowMs;
    this.metrics.recordOrigins(
      plan.origins.map(({ origin, capacity, measuredLoad }) => ({
        origin,
        load: measuredLoad,
        ...(capacity !== null && { capacity }),
      })),
      elapsedSeconds,
    );
    const stale = plan.pairs.filter((pair) => pair.shares.some((decision) => decision.reason === 'stale'));
    this.metrics.recordStaleInputs(stale.length);
  }

  #recordShifts(plan: Plan): void {
    for (const decision of plan.pairs.flatMap((pair) => pair.shares)) {
      const shift = shiftOf(decision);
      if (shift > 0) this.metrics.recordShift(decision.reason, shift);
    }
  }
}

/** What arrived at an origin; what left another is the same share seen from the other side. */
function shiftOf({ share, previousShare }: ShareDecision): number {
  return share - (previousShare ?? 0);
}
