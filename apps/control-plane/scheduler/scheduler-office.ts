import type { Clock } from '#core/ports/clock.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import type { ControlPlaneMetrics } from '#telemetry/control-plane-metrics.js';
import type { CycleRunner } from './cycle-runner.js';
import type { Office } from './leadership.js';
import type { SchedulerLoop } from './scheduler-loop.js';
import type { UrgencyWatch } from './urgency-watch.js';

export interface SchedulerOfficeParts {
  readonly runner: Pick<CycleRunner, 'takeOffice' | 'plan'>;
  readonly loop: Pick<SchedulerLoop, 'start' | 'stop' | 'sync'>;
  readonly urgencyWatch: Pick<UrgencyWatch, 'start' | 'stop'>;
  readonly store: Pick<SchedulerStore, 'listCycles'>;
  readonly metrics: Pick<ControlPlaneMetrics, 'recordLeader'>;
  readonly clock: Clock;
  readonly cycleMs: number;
}

/** Runs the loop while this control plane leads. */
export class SchedulerOffice implements Office {
  readonly #openedMs: number;

  constructor(private readonly parts: SchedulerOfficeParts) {
    this.#openedMs = parts.clock.monotonicMs();
  }

  async take(): Promise<void> {
    const { runner, loop, urgencyWatch, metrics } = this.parts;
    await runner.takeOffice();
    await runner.plan();
    loop.start(await this.#untilNextCycleMs());
    urgencyWatch.start(() => {
      void loop.sync('urgent');
    });
    metrics.recordLeader(true);
  }

  async leave(): Promise<void> {
    const { loop, urgencyWatch, metrics } = this.parts;
    metrics.recordLeader(false);
    urgencyWatch.stop();
    await loop.stop();
  }

  /**
   * One cycle after the last of whoever led before: shares move no faster because another leads. But whoever has just started
   * listens to agents for a cycle first. Clocks of two machines may differ.
   */
  async #untilNextCycleMs(): Promise<number> {
    const { store, clock, cycleMs } = this.parts;
    const [last] = await store.listCycles(1);
    const untilHeardMs = this.#openedMs + cycleMs - clock.monotonicMs();
    const untilDueMs = last === undefined ? cycleMs : last.startedAtMs + cycleMs - clock.nowMs();
    return Math.max(0, Math.min(cycleMs, Math.max(untilHeardMs, untilDueMs)));
  }
}
