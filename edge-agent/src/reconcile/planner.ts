import type { Clock } from '../clock.js';
import type { Route } from '../configuration/routes.js';
import type { DataPlaneTraits } from '../data-plane/data-plane.js';
import type { Prober } from '../probe/prober.js';
import { desiredServices, type DesiredState } from './desired-services.js';
import { reconcile, type ReconcileInput, type Reconciliation } from './reconcile.js';

export interface PlannerParts {
  readonly traits: DataPlaneTraits;
  readonly prober: Pick<Prober, 'revision' | 'verdict'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly drainMs: number;
}

type Situation = Omit<ReconcileInput, 'nowMs' | 'drainMs'>;

/** Thinks out anew only what something new asks for: mostly neither the wishes nor the table change, for hours. */
export class Planner {
  #thought: { readonly routes: readonly Route[]; readonly revision: number; readonly desired: DesiredState } | null =
    null;
  #settled: { readonly situation: Situation; readonly plan: Reconciliation } | null = null;

  constructor(private readonly parts: PlannerParts) {}

  /** What the routes and the verdicts of this moment ask for. */
  desiredFor(routes: readonly Route[]): DesiredState {
    const { traits, prober } = this.parts;
    const { revision } = prober;
    if (this.#thought?.routes === routes && this.#thought.revision === revision) return this.#thought.desired;
    const desired = desiredServices(routes, (target) => prober.verdict(target).up, traits);
    this.#thought = { routes, revision, desired };
    return desired;
  }

  planFor(situation: Situation): Reconciliation {
    if (this.#settled !== null && isSame(situation, this.#settled.situation)) return this.#settled.plan;
    const { clock, drainMs } = this.parts;
    const plan = reconcile({ ...situation, nowMs: clock.monotonicMs(), drainMs });
    // What drains depends on the time too.
    this.#settled = plan.actions.length + plan.draining.size === 0 ? { situation, plan } : null;
    return plan;
  }
}

/** A table, or wishes, that look the same but are other objects only cost the thinking. */
function isSame(left: Situation, right: Situation): boolean {
  return (
    left.desired === right.desired &&
    left.actual === right.actual &&
    left.draining.size + right.draining.size === 0 &&
    left.owned.size === right.owned.size &&
    [...left.owned].every((key) => right.owned.has(key))
  );
}
