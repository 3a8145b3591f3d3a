import type { EdgeConfiguration, PublicationId } from '#contracts/edge-configuration.js';
import type { Clock } from './clock.js';
import {
  admitConfiguration,
  heldBackProblems,
  type AdmittedConfiguration,
} from './configuration/admit-configuration.js';
import { routesOf, type Route } from './configuration/routes.js';
import type { Action, ActionOutcome, ActualService, DataPlane, HostNeeds } from './data-plane/data-plane.js';
import { destinationKey, serviceKey } from './data-plane/service.js';
import type { Logger } from './logger.js';
import type { Prober } from './probe/prober.js';
import { messageOf, type Problem } from './problem.js';
import { explainFailure } from './process/explain-failure.js';
import { desiredServices, type DesiredState } from './reconcile/desired-services.js';
import { hostNeeds } from './reconcile/host-needs.js';
import { reconcile, type Reconciliation } from './reconcile/reconcile.js';
import { departuresOf } from './report/departures.js';
import { accumulate, EMPTY_LEDGER } from './report/ledger.js';
import { hasPortsToSpare, scarcePorts, sourcePortUse } from './report/source-ports.js';
import type { AgentView } from './report/view.js';
import type { Memory } from './store/memory.js';
import type { StateFile } from './store/state-file.js';

export interface AgentParts {
  readonly edge: string;
  readonly dataPlane: DataPlane;
  readonly prober: Prober;
  readonly stateFile: Pick<StateFile, 'load' | 'save'>;
  readonly memory: Pick<Memory, 'recall' | 'keep'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  /** How often drift in the data plane is looked for. */
  readonly syncIntervalMs: number;
  readonly drainMs: number;
  readonly onSynced: (result: SyncResult) => void;
}

export interface SyncResult {
  readonly durationMs: number;
  /** What could not be done; empty when the data plane is as it should be. */
  readonly failures: readonly Problem[];
}

/**
 * The loop: configuration and local health -> desired; data plane -> actual; reconcile; apply. It syncs after each new
 * configuration, each change of health, and every `syncIntervalMs`; never twice at once. Whatever fails is tried again
 * by the next sync, and what the data plane has meanwhile stays.
 */
export class Agent {
  /** The newest, with its routes. */
  #admitted: AdmittedConfiguration | null = null;
  #admittedRoutes: readonly Route[] = [];
  /** The one that the data plane was last brought to, with its routes: what is counted now is theirs. */
  #applied: EdgeConfiguration | null = null;
  #routes: readonly Route[] = [];
  #owned: ReadonlySet<string> = new Set();
  #draining: ReadonlyMap<string, number> = new Map();
  #actual: readonly ActualService[] = [];
  #ledger = EMPTY_LEDGER;
  #saved: SavedState | null = null;
  #desired: { readonly routes: readonly Route[]; readonly revision: number; readonly state: DesiredState } | null =
    null;
  /** What the host was last made ready for; `null` when that must be done again. */
  #prepared: HostNeeds | null = null;
  #conditions: readonly Problem[] = [];
  #lastSync: SyncResult | null = null;
  #timer: NodeJS.Timeout | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #waitingSync: Promise<void> | null = null;

  constructor(private readonly parts: AgentParts) {}

  /** The publication in hand; `null` before the first. */
  get held(): PublicationId | null {
    return publicationIdOf(this.#admitted?.configuration ?? null);
  }

  /** `null` before the first sync. */
  get lastSync(): SyncResult | null {
    return this.#lastSync;
  }

  /** Takes up the stored configuration, so that the edge serves before, and without, its control plane. */
  async start(): Promise<void> {
    const { edge, stateFile, memory, prober, logger, syncIntervalMs, drainMs } = this.parts;
    const { draining, down } = await memory.recall(drainMs);
    this.#draining = draining;
    prober.recall(down);
    const { state, damage } = await stateFile.load();
    if (damage !== null) logger.warn('a state file was damaged', { code: 'state-unreadable', damage });
    if (state !== null) {
      this.#owned = new Set(state.owned);
      const { configuration, heldBack = [] } = state;
      if (configuration?.edge === edge) {
        const admitted = { configuration, heldBack };
        this.#saved = { admitted, owned: this.#owned };
        this.#take(admitted);
      }
    }
    await this.sync();
    this.#timer = setInterval(() => {
      // Drift is looked for in the host as well.
      this.#prepared = null;
      void this.sync();
    }, syncIntervalMs);
  }

  /** A newer publication, already validated. */
  offer(published: EdgeConfiguration): void {
    const admitted = admitConfiguration(published, this.#admitted);
    if (!isSameList(admitted.heldBack, this.#admitted?.heldBack ?? []))
      for (const { code, message } of heldBackProblems(admitted)) this.parts.logger.error(message, { code });
    this.#take(admitted);
    void this.sync();
  }

  /** Brings the data plane to the configuration in hand. A sync that has not begun yet serves all who ask. Never rejects. */
  sync(): Promise<void> {
    this.#waitingSync ??= this.#enqueue(async () => {
      this.#waitingSync = null;
      await this.#sync();
    });
    return this.#waitingSync;
  }

  /** Reads the data plane anew; rejects when it cannot be read. */
  observe(): Promise<AgentView> {
    return this.#enqueue(async () => {
      await this.#read();
      return this.view();
    });
  }

  /** What is known from the last reading. */
  view(): AgentView {
    const { edge, dataPlane, prober, clock } = this.parts;
    const inForce = { routes: this.#routes, actual: this.#actual, sourcePorts: dataPlane.traits.sourcePorts };
    return {
      edge,
      dataPlane: dataPlane.kind,
      applied: publicationIdOf(this.#applied),
      edgeState: this.#applied?.state ?? null,
      ...inForce,
      ledger: this.#ledger,
      verdict: (target) => prober.verdict(target),
      departures: departuresOf({ ...inForce, draining: this.#draining, nowMs: clock.monotonicMs() }),
      problems: [
        ...heldBackProblems(this.#admitted ?? { heldBack: [] }),
        ...this.#conditions,
        ...(this.#lastSync?.failures ?? []),
        ...(hasPortsToSpare(inForce) ? [] : scarcePorts(sourcePortUse(inForce))),
      ],
    };
  }

  /** Stops probing and syncing, after the sync under way. The data plane goes on. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.parts.prober.stop();
    await this.#queue;
  }

  #take(admitted: AdmittedConfiguration): void {
    this.#admitted = admitted;
    this.#admittedRoutes = routesOf(admitted.configuration);
    this.parts.prober.sync(this.#admittedRoutes.flatMap(({ hops }) => hops.map(({ target }) => target)));
  }

  #enqueue<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #sync(): Promise<void> {
    const admitted = this.#admitted;
    if (admitted === null) return;
    const startedMs = this.parts.clock.monotonicMs();
    const failures = await this.#bringTo(admitted, this.#admittedRoutes).catch((error: unknown): readonly Problem[] => [
      explainFailure(error, 'data-plane-unreadable'),
    ]);
    this.#log(failures);
    this.#lastSync = { durationMs: this.parts.clock.monotonicMs() - startedMs, failures };
    this.parts.onSynced(this.#lastSync);
  }

  /** Answers what could not be done; rejects when the data plane cannot be read. */
  async #bringTo(admitted: AdmittedConfiguration, routes: readonly Route[]): Promise<readonly Problem[]> {
    const { dataPlane, clock, drainMs } = this.parts;
    const actual = await this.#read();
    const desired = this.#desiredFor(routes);
    const plan = reconcile({
      desired: desired.services,
      actual,
      owned: this.#owned,
      draining: this.#draining,
      nowMs: clock.monotonicMs(),
      drainMs,
    });
    const saving = await this.#save(admitted, plan.owned);
    this.#owned = plan.owned;
    this.#draining = plan.draining;
    this.#conditions = desired.problems;
    const preparing = await this.#prepare(hostNeeds(desired.services, actual, plan));
    const outcomes = await dataPlane.apply(plan.actions);
    this.#applied = admitted.configuration;
    this.#routes = routes;
    if (plan.actions.length > 0) await this.#read();
    const keeping = await this.#keep(plan.draining);
    return [...saving, ...keeping, ...foreignServices(plan), ...preparing, ...failedActions(outcomes)];
  }

  /** Thought out anew only when the configuration or a verdict is another one: mostly nothing is, for hours. */
  #desiredFor(routes: readonly Route[]): DesiredState {
    const { dataPlane, prober } = this.parts;
    const { revision } = prober;
    if (this.#desired?.routes === routes && this.#desired.revision === revision) return this.#desired.state;
    const state = desiredServices(routes, (target) => prober.verdict(target).up, dataPlane.traits);
    this.#desired = { routes, revision, state };
    return state;
  }

  /** Weights need nothing of the host, so a verdict on health does not wait for the firewall. */
  async #prepare(needs: HostNeeds): Promise<readonly Problem[]> {
    if (this.#prepared !== null && isSameNeed(needs, this.#prepared)) return [];
    const problems = await this.parts.dataPlane.prepare(needs);
    this.#prepared = problems.length === 0 ? needs : null;
    return problems;
  }

  /** The whole table. What is ours in it is counted for the routes in force. */
  async #read(): Promise<readonly ActualService[]> {
    const actual = await this.parts.dataPlane.read();
    this.#actual = actual.filter((service) => this.#owned.has(serviceKey(service)));
    this.#ledger = accumulate(this.#ledger, this.#actual, this.#routes);
    return actual;
  }

  /** A disk that fails must not stop the steering: the agent goes on without a memory, and says so. */
  async #save(admitted: AdmittedConfiguration, owned: ReadonlySet<string>): Promise<readonly Problem[]> {
    if (this.#saved?.admitted === admitted && isSameList([...owned], [...this.#saved.owned])) return [];
    const { configuration, heldBack } = admitted;
    const state = { configuration, owned: [...owned], ...(heldBack.length > 0 && { heldBack: [...heldBack] }) };
    try {
      await this.parts.stateFile.save(state);
      this.#saved = { admitted, owned };
      return [];
    } catch (error) {
      return [notSaved(error)];
    }
  }

  /** For the next agent on this edge. */
  #keep(draining: ReadonlyMap<string, number>): Promise<readonly Problem[]> {
    const { memory, prober } = this.parts;
    return memory.keep({ draining, down: prober.down }).then(
      () => [],
      (error: unknown) => [notSaved(error)],
    );
  }

  /** Once when something begins to fail and once when all is well again, not at each attempt. */
  #log(failures: readonly Problem[]): void {
    const known = new Set(this.#lastSync?.failures.map(({ message }) => message));
    for (const { code, message } of failures)
      if (!known.has(message)) this.parts.logger.error('a part of the sync failed', { code, reason: message });
    if (known.size > 0 && failures.length === 0) this.parts.logger.info('the data plane is as it should be again');
  }
}

/** What the state file holds. */
interface SavedState {
  readonly admitted: AdmittedConfiguration;
  readonly owned: ReadonlySet<string>;
}

function isSameNeed(left: HostNeeds, right: HostNeeds): boolean {
  if (left.services === right.services && left.departing.length + right.departing.length === 0) return true;
  const withoutWeights = (needs: HostNeeds) =>
    JSON.stringify(needs, (key, value: unknown) => (key === 'weight' ? undefined : value));
  return withoutWeights(left) === withoutWeights(right);
}

function notSaved(error: unknown): Problem {
  return { code: 'state-not-saved', message: `the state directory: ${messageOf(error)}` };
}

function publicationIdOf(configuration: EdgeConfiguration | null): PublicationId | null {
  return configuration === null ? null : { term: configuration.term, generation: configuration.generation };
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function foreignServices({ foreign }: Reconciliation): readonly Problem[] {
  return foreign.map((service) => ({
    code: 'foreign-service',
    message: `${serviceKey(service)} exists and was not made by this agent; remove it, and the agent makes its own`,
  }));
}

function failedActions(outcomes: readonly ActionOutcome[]): readonly Problem[] {
  return outcomes.flatMap(({ action, error }) =>
    error === null ? [] : [explainFailure(`${describe(action)}: ${error}`, 'action-failed')],
  );
}

function describe(action: Action): string {
  const subject =
    'destination' in action ? destinationKey(action.service, action.destination) : serviceKey(action.service);
  return `${action.kind} ${subject}`;
}
