import { Logger } from '@nestjs/common';
import type { ConfigurationMemory } from '#core/ports/configuration-store.js';
import type { ReplicaLink, ReplicaListener, SharedChange } from '#core/ports/replica-link.js';
import type { CycleTrigger } from '#core/ports/scheduler-store.js';

/** What follows from what other control planes do; each part sees its own of it. */
export interface ReplicaParts {
  readonly link: ReplicaLink;
  readonly leadership: { readonly isLeading: boolean; elected(): void; deposed(): void; settled(): Promise<void> };
  readonly loop: { sync(trigger: CycleTrigger): Promise<void> };
  /** Forgets what it read of cycles. */
  readonly runner: { forget(): void };
  readonly publications: { sync(): Promise<void> };
  readonly configurations: ConfigurationMemory;
  /** How long a cycle of another control plane is waited for. */
  readonly cycleTimeoutMs: number;
}

/** Keeps this control plane in step with the others on its database, if there are any. */
export class ReplicaCoordinator implements ReplicaListener {
  readonly #logger = new Logger('Replicas');
  readonly #awaitingCycle = new Set<() => void>();
  #isConnected = false;

  constructor(private readonly parts: ReplicaParts) {}

  /** Whether it would hear of what others do. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Resolves once it is known who leads, and this control plane is in office if it does. */
  async start(): Promise<void> {
    await this.parts.link.start(this);
    await this.parts.leadership.settled();
  }

  /** Leaves office between two cycles, and only then lets another lead. */
  async stop(): Promise<void> {
    this.parts.leadership.deposed();
    await this.parts.leadership.settled();
    await this.parts.link.stop();
  }

  /** Runs a cycle, or has the leader run one; resolves when one was committed, or after a while. */
  async runCycle(): Promise<void> {
    const { leadership, link, loop } = this.parts;
    if (leadership.isLeading) return loop.sync('operator');
    const committed = this.#nextCycle();
    await link.wantCycle();
    await committed;
  }

  connected(): void {
    this.#logger.log('connected to the database; what others change is heard from now on');
    this.#isConnected = true;
    this.parts.configurations.setRemembering(true);
    this.#cycleCommitted();
  }

  disconnected(reason: unknown): void {
    this.#isConnected = false;
    this.parts.configurations.setRemembering(false);
    const why = reason instanceof Error ? reason.message : String(reason);
    this.#logger.warn(`disconnected from the database: ${why}; agents keep what they have, and this goes on by itself`);
  }

  elected(): void {
    this.#logger.log('elected: this control plane leads');
    this.parts.leadership.elected();
  }

  deposed(): void {
    this.#logger.warn('deposed: this control plane leads no more');
    this.parts.leadership.deposed();
  }

  changed(change: SharedChange): void {
    switch (change) {
      case 'configuration':
        this.parts.configurations.forget();
        void this.#cycleIfLeading('configuration-change');
        return;
      case 'cycle':
        this.#cycleCommitted();
        return;
      case 'cycle-wanted':
        void this.#cycleIfLeading('operator');
    }
  }

  /** A leader knows its own cycles best. A deposed one that commits late is refused, so nothing is missed by that. */
  #cycleCommitted(): void {
    if (!this.parts.leadership.isLeading) this.parts.runner.forget();
    // Where the database is lost again, all is compared anew once it is back.
    this.parts.publications.sync().catch(() => undefined);
    for (const wake of this.#awaitingCycle) wake();
  }

  async #cycleIfLeading(trigger: CycleTrigger): Promise<void> {
    if (this.parts.leadership.isLeading) await this.parts.loop.sync(trigger);
  }

  #nextCycle(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#awaitingCycle.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, this.parts.cycleTimeoutMs);
      this.#awaitingCycle.add(wake);
    });
  }
}
