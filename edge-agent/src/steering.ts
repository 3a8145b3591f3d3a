import type { PublicationId } from '#contracts/edge-configuration.js';
import type { Clock } from './clock.js';
import type { AdmittedConfiguration } from './configuration/admit-configuration.js';
import type { Route } from './configuration/routes.js';
import type { ActualService, DataPlane } from './data-plane/data-plane.js';
import { HostReadiness } from './data-plane/host-readiness.js';
import type { Prober } from './probe/prober.js';
import type { Problem } from './problem.js';
import { hostNeeds } from './reconcile/host-needs.js';
import { failedActions, foreignServices } from './reconcile/plan-problems.js';
import { Planner } from './reconcile/planner.js';
import { CountedTable } from './report/counted-table.js';
import { departuresOf } from './report/departures.js';
import { hasPortsToSpare, scarcePorts, sourcePortUse } from './report/source-ports.js';
import type { AgentView } from './report/view.js';
import { Records, type RecordsParts } from './store/records.js';

export interface SteeringParts extends RecordsParts {
  readonly dataPlane: DataPlane;
  readonly prober: Prober;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly drainMs: number;
}

/** A configuration, and what it means for the data plane. */
export interface Intent {
  readonly admitted: AdmittedConfiguration;
  readonly routes: readonly Route[];
}

const NO_ROUTES: readonly Route[] = [];

/** One turn of the loop, and what it has to know of the turn before. Calls are not made side by side. */
export class Steering {
  readonly #records: Records;
  readonly #planner: Planner;
  readonly #host: HostReadiness;
  readonly #table: CountedTable;
  /** The one that the data plane was last brought to: what is counted now is for its routes. */
  #inForce: Intent | null = null;
  #owned: ReadonlySet<string> = new Set();
  #draining: ReadonlyMap<string, number> = new Map();
  #conditions: readonly Problem[] = [];

  constructor(private readonly parts: SteeringParts) {
    const { dataPlane } = parts;
    this.#records = new Records(parts);
    this.#planner = new Planner({ ...parts, traits: dataPlane.traits });
    this.#host = new HostReadiness(dataPlane);
    this.#table = new CountedTable(dataPlane);
  }

  /** Takes over from the agent before this one; answers the configuration it had, if any. */
  async takeOver(): Promise<AdmittedConfiguration | null> {
    const { admitted, owned, draining, down } = await this.#records.load(this.parts.drainMs);
    this.#owned = owned;
    this.#draining = draining;
    this.parts.prober.recall(down);
    return admitted;
  }

  /**
   * Configuration and local health -> desired; data plane -> actual; reconcile; apply. Answers what could not be done;
   * rejects when the data plane cannot be read.
   */
  async bringTo({ admitted, routes }: Intent): Promise<readonly Problem[]> {
    const { dataPlane, prober } = this.parts;
    const actual = await this.read();
    const { services: desired, problems: conditions } = this.#planner.desiredFor(routes);
    const plan = this.#planner.planFor({ desired, actual, owned: this.#owned, draining: this.#draining });
    const saving = await this.#records.save(admitted, plan.owned);
    this.#owned = plan.owned;
    this.#draining = plan.draining;
    this.#conditions = conditions;
    const preparing = await this.#host.prepare(hostNeeds(desired, actual, plan));
    const outcomes = await dataPlane.apply(plan.actions);
    this.#inForce = { admitted, routes };
    if (plan.actions.length > 0) await this.read();
    const keeping = await this.#records.keep({ draining: plan.draining, down: prober.down });
    return [...saving, ...keeping, ...foreignServices(plan), ...preparing, ...failedActions(outcomes)];
  }

  /** The whole table. What is ours in it is counted for the routes in force. */
  read(): Promise<readonly ActualService[]> {
    return this.#table.read({ owned: this.#owned, routes: this.#inForce?.routes ?? NO_ROUTES });
  }

  /** The next turn looks for drift in the host as well. */
  doubtHost(): void {
    this.#host.doubt();
  }

  /** What is known from the last reading. */
  view(): AgentView {
    const { edge, dataPlane, prober, clock } = this.parts;
    const { routes = NO_ROUTES, admitted } = this.#inForce ?? {};
    const traffic = { routes, actual: this.#table.services, sourcePorts: dataPlane.traits.sourcePorts };
    return {
      edge,
      dataPlane: dataPlane.kind,
      applied: admitted === undefined ? null : publicationIdOf(admitted),
      edgeState: admitted?.configuration.state ?? null,
      ...traffic,
      ledger: this.#table.ledger,
      verdict: (target) => prober.verdict(target),
      departures: departuresOf({ ...traffic, draining: this.#draining, nowMs: clock.monotonicMs() }),
      problems: [...this.#conditions, ...(hasPortsToSpare(traffic) ? [] : scarcePorts(sourcePortUse(traffic)))],
    };
  }
}

export function publicationIdOf({ configuration }: AdmittedConfiguration): PublicationId {
  return { term: configuration.term, generation: configuration.generation };
}
