import { randomUUID } from 'node:crypto';
import type { ControlPlaneClient } from '../client/control-plane-client.js';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { messageOf } from '../problem.js';
import { buildReport, type ReportIdentity } from './build-report.js';
import type { AgentView } from './view.js';

export interface ReporterParts {
  readonly client: Pick<ControlPlaneClient, 'sendReport'>;
  /** Reads the data plane anew. */
  readonly observe: () => Promise<AgentView>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  readonly agentVersion: string;
  /** Where a Prometheus reaches the agent's metrics now; `null` while they are not served. */
  readonly metricsAddress: () => string | null;
  readonly intervalMs: number;
}

/** Tells the control plane what the agent sees. A report that fails is dropped: the next carries newer totals anyway. */
export class Reporter {
  readonly #instance = randomUUID();
  #sequence = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isSending = false;

  constructor(private readonly parts: ReporterParts) {}

  /** Reports that did not reach the control plane since the agent started. */
  get dropped(): number {
    return this.#dropped;
  }

  start(): void {
    this.#timer = setInterval(() => {
      // A report that is still under way when the next is due would only make a slow control plane slower.
      if (!this.#isSending) void this.sync();
    }, this.parts.intervalMs);
  }

  /** Sends one report after the one under way. Never rejects. */
  sync(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  /** Sends a last report. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.sync();
  }

  async #send(): Promise<void> {
    const { client, observe, clock, logger } = this.parts;
    this.#isSending = true;
    this.#sequence += 1;
    try {
      const view = await observe();
      await client.sendReport(buildReport(view, this.#identity(clock.monotonicMs())));
    } catch (error) {
      this.#dropped += 1;
      logger.debug('a report was dropped', { reason: messageOf(error) });
    } finally {
      this.#isSending = false;
    }
  }

  #identity(monotonicMs: number): ReportIdentity {
    const { agentVersion, metricsAddress } = this.parts;
    const address = metricsAddress();
    return {
      agentVersion,
      instance: this.#instance,
      sequence: this.#sequence,
      monotonicMs,
      ...(address !== null && { metricsAddress: address }),
    };
  }
}
