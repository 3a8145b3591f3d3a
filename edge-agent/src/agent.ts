import type { EdgeConfiguration, PublicationId } from '#contracts/edge-configuration.js';
import {
  admitConfiguration,
  heldBackProblems,
  type AdmittedConfiguration,
} from './configuration/admit-configuration.js';
import { routesOf } from './configuration/routes.js';
import type { Problem } from './problem.js';
import { explainFailure } from './process/explain-failure.js';
import type { AgentView } from './report/view.js';
import { publicationIdOf, Steering, type Intent, type SteeringParts } from './steering.js';
import { TaskQueue } from './task-queue.js';

export interface AgentParts extends SteeringParts {
  /** How often drift in the data plane is looked for. */
  readonly syncIntervalMs: number;
  readonly onSynced: (result: SyncResult) => void;
}

export interface SyncResult {
  readonly durationMs: number;
  /** What could not be done; empty when the data plane is as it should be. */
  readonly failures: readonly Problem[];
}

/**
 * When the loop turns: after each new configuration, each change of health, and every `syncIntervalMs`; never twice at once.
 * Whatever fails is tried again by the next sync, and what the data plane has meanwhile stays.
 */
export class Agent {
  readonly #steering: Steering;
  readonly #turns = new TaskQueue();
  #newest: Intent | null = null;
  #lastSync: SyncResult | null = null;
  #timer: NodeJS.Timeout | undefined;
  #waitingSync: Promise<void> | null = null;

  constructor(private readonly parts: AgentParts) {
    this.#steering = new Steering(parts);
  }

  /** The publication in hand; `null` before the first. */
  get held(): PublicationId | null {
    return this.#newest === null ? null : publicationIdOf(this.#newest.admitted);
  }

  /** `null` before the first sync. */
  get lastSync(): SyncResult | null {
    return this.#lastSync;
  }

  /** Takes up the stored configuration, so that the edge serves before, and without, its control plane. */
  async start(): Promise<void> {
    const stored = await this.#steering.takeOver();
    if (stored !== null) this.#take(stored);
    await this.sync();
    this.#timer = setInterval(() => {
      this.#steering.doubtHost();
      void this.sync();
    }, this.parts.syncIntervalMs);
  }

  /** A newer publication, already validated. */
  offer(published: EdgeConfiguration): void {
    const before = this.#newest?.admitted ?? null;
    const admitted = admitConfiguration(published, before);
    if (String(admitted.heldBack) !== String(before?.heldBack ?? []))
      for (const { code, message } of heldBackProblems(admitted)) this.parts.logger.error(message, { code });
    this.#take(admitted);
    void this.sync();
  }

  /** Brings the data plane to the configuration in hand. A sync that has not begun yet serves all who ask. Never rejects. */
  sync(): Promise<void> {
    this.#waitingSync ??= this.#turns.run(async () => {
      this.#waitingSync = null;
      if (this.#newest !== null) await this.#sync(this.#newest);
    });
    return this.#waitingSync;
  }

  /** Reads the data plane anew; rejects when it cannot be read. */
  observe(): Promise<AgentView> {
    return this.#turns.run(async () => {
      await this.#steering.read();
      return this.view();
    });
  }

  /** What is known from the last reading. */
  view(): AgentView {
    const view = this.#steering.view();
    const heldBack = heldBackProblems(this.#newest?.admitted ?? { heldBack: [] });
    return { ...view, problems: [...heldBack, ...view.problems, ...(this.#lastSync?.failures ?? [])] };
  }

  /** Stops probing and syncing, after the sync under way. The data plane goes on. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.parts.prober.stop();
    await this.#turns.drained();
  }

  #take(admitted: AdmittedConfiguration): void {
    const routes = routesOf(admitted.configuration);
    this.#newest = { admitted, routes };
    this.parts.prober.sync(routes.flatMap(({ hops }) => hops.map(({ target }) => target)));
  }

  async #sync(intent: Intent): Promise<void> {
    const { clock, onSynced } = this.parts;
    const startedMs = clock.monotonicMs();
    const failures = await this.#steering
      .bringTo(intent)
      .catch((error: unknown): readonly Problem[] => [explainFailure(error, 'data-plane-unreadable')]);
    this.#log(failures);
    this.#lastSync = { durationMs: clock.monotonicMs() - startedMs, failures };
    onSynced(this.#lastSync);
  }

  /** Once when something begins to fail and once when all is well again, not at each attempt. */
  #log(failures: readonly Problem[]): void {
    const known = new Set(this.#lastSync?.failures.map(({ message }) => message));
    for (const { code, message } of failures)
      if (!known.has(message)) this.parts.logger.error('a part of the sync failed', { code, reason: message });
    if (known.size > 0 && failures.length === 0) this.parts.logger.info('the data plane is as it should be again');
  }
}
