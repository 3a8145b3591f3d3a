import type { Configuration } from '#core/model/configuration.js';
import type { EdgeName, LoadBalancerName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import type { Clock } from '#core/ports/clock.js';
import type { ConfigurationStore } from '#core/ports/configuration-store.js';
import type { SchedulerStore } from '#core/ports/scheduler-store.js';
import type { Fleet, FleetEntry } from '../agent-channel/fleet.js';
import type { PlanHistory } from '../history/plan-history.js';
import type { CycleRunner } from '../scheduler/cycle-runner.js';
import type { SchedulerStatus } from '../scheduler/scheduler-status.js';
import { type Overview, overviewOf } from './overview.js';
import { planSums, type PlanSums } from './plan-sums.js';

export interface OverviewServiceParts {
  readonly configurations: Pick<ConfigurationStore, 'snapshot'>;
  readonly store: Pick<SchedulerStore, 'publications'>;
  readonly runner: Pick<CycleRunner, 'plan'>;
  readonly status: Pick<SchedulerStatus, 'now'>;
  readonly fleet: Pick<Fleet, 'find'>;
  readonly history: PlanHistory;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Collects what the overview is made of. A plan is added up once, however many look at it. */
export class OverviewService {
  #summed: { readonly plan: Plan | null; readonly sums: Promise<PlanSums> } | null = null;

  constructor(private readonly parts: OverviewServiceParts) {}

  async overview(mostFlows: number): Promise<Overview> {
    const { configurations, store, runner, status, clock } = this.parts;
    const [configuration, plan, scheduler, publications] = await Promise.all([
      configurations.snapshot(),
      runner.plan(),
      status.now(),
      store.publications(),
    ]);
    return overviewOf({
      configuration,
      plan,
      sums: await this.#sumsOf(plan),
      scheduler,
      fleet: this.#reportsOf(configuration.edges),
      published: new Map(publications.map(({ edge, point }) => [edge, point])),
      nowMs: clock.nowMs(),
      mostFlows,
    });
  }

  /** What is remembered of plans, with the one in force: a control plane that stands by runs no cycles of its own. */
  async history(): Promise<PlanHistory> {
    const plan = await this.parts.runner.plan();
    if (plan !== null) await this.parts.history.record(plan);
    return this.parts.history;
  }

  async isKnown(loadBalancer: LoadBalancerName): Promise<boolean> {
    const { loadBalancers } = await this.parts.configurations.snapshot();
    return loadBalancers.some(({ name }) => name === loadBalancer);
  }

  #sumsOf(plan: Plan | null): Promise<PlanSums> {
    if (this.#summed === null || this.#summed.plan !== plan) {
      this.#summed = { plan, sums: planSums(plan ?? { pairs: [] }) };
    }
    return this.#summed.sums;
  }

  #reportsOf(edges: Configuration['edges']): ReadonlyMap<EdgeName, FleetEntry> {
    return new Map(
      edges.flatMap(({ name }) => {
        const entry = this.parts.fleet.find(name);
        return entry === null ? [] : [[name, entry] as const];
      }),
    );
  }
}
