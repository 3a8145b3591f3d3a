import type { z } from 'zod';
import type { CycleSummary, SchedulerStore } from '#core/ports/scheduler-store.js';
import type { CycleRunner } from './cycle-runner.js';
import type { cycleSummarySchema, schedulerSchema } from './scheduler.schema.js';

export type ShownCycle = z.output<typeof cycleSummarySchema>;
export type ShownScheduler = z.output<typeof schedulerSchema>;

export interface SchedulerStatusParts {
  readonly store: Pick<SchedulerStore, 'loadMode' | 'loadTerm' | 'listCycles'>;
  readonly runner: Pick<CycleRunner, 'plan'>;
  readonly leadership: { readonly isLeading: boolean };
  readonly cycleMs: number;
  readonly telemetry: ShownScheduler['telemetry'];
}

/** The scheduler as the API shows it. */
export class SchedulerStatus {
  constructor(private readonly parts: SchedulerStatusParts) {}

  async now(): Promise<ShownScheduler> {
    const { store, runner, leadership, cycleMs, telemetry } = this.parts;
    const [mode, term, [last], plan] = await Promise.all([
      store.loadMode(),
      store.loadTerm(),
      store.listCycles(1),
      runner.plan(),
    ]);
    return {
      mode,
      role: leadership.isLeading ? 'leader' : 'standby',
      term,
      cycleSeconds: cycleMs / 1_000,
      telemetry,
      notices: (plan?.notices ?? []).map((notice) => ({ ...notice })),
      lastCycle: last === undefined ? null : shownCycle(last),
    };
  }
}

export function shownCycle({ startedAtMs, outcome, ...rest }: CycleSummary): ShownCycle {
  const { id, durationMs, trigger, mode, published } = rest;
  const shownOutcome = outcome.kind === 'planned' ? outcome : { ...outcome, details: [...outcome.details] };
  return {
    id,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs,
    trigger,
    mode,
    outcome: shownOutcome,
    published,
  };
}
