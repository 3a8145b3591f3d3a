import type { EdgeConfiguration, PublicationId } from '#contracts/edge-configuration.js';
import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import { messageOf, type Problem } from '../problem.js';
import { backoffMs } from './backoff.js';
import type { ControlPlaneClient } from './control-plane-client.js';
import { ControlPlaneError } from './control-plane-error.js';

export interface ConfigurationPollParts {
  readonly client: Pick<ControlPlaneClient, 'fetchConfiguration'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The publication in hand, which only a newer one replaces. */
  readonly held: () => PublicationId | null;
  readonly onConfiguration: (configuration: EdgeConfiguration) => void;
}

/** How long the control plane may hold a poll open. */
const PATIENCE_SECONDS = 25;

/** A proxy that answers a long poll at once would otherwise make this a busy loop. */
const MIN_POLL_MS = 1_000;

/** Asks the control plane for ever; failures only make it wait. */
export class ConfigurationPoll {
  #isStopping = false;
  /** Of the request under way, or of the last one. */
  #request = new AbortController();
  #endPause: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #lastContactMs: number | null = null;
  #problem: Problem | null = null;

  constructor(private readonly parts: ConfigurationPollParts) {}

  /** Milliseconds since the Unix epoch of the last answer that was understood; `null` before the first. */
  get lastContactMs(): number | null {
    return this.#lastContactMs;
  }

  /** Why the last request brought nothing; `null` when it went well. */
  get problem(): Problem | null {
    return this.#problem;
  }

  start(): void {
    this.#running = this.#poll();
  }

  /** The control plane was heard on another way: a wait for its recovery is over. */
  hint(): void {
    if (this.#failures > 0) this.#endPause();
  }

  /** Asks anew at once, whatever is under way. */
  refresh(): void {
    this.#request.abort();
    this.#endPause();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.refresh();
    await this.#running;
  }

  async #poll(): Promise<void> {
    while (!this.#isStopping) {
      await this.#pause(await this.#sync());
    }
  }

  /** One request; answers how long to wait before the next. */
  async #sync(): Promise<number> {
    const { client, clock, held, onConfiguration, random } = this.parts;
    const startedMs = clock.monotonicMs();
    // After a failure the first answer tells that all is well again; it must not be held back.
    const waitSeconds = this.#problem === null ? PATIENCE_SECONDS : 0;
    const request = new AbortController();
    this.#request = request;
    try {
      const configuration = await client.fetchConfiguration(held(), waitSeconds, request.signal);
      this.#succeeded();
      if (configuration === null) return Math.max(0, MIN_POLL_MS - (clock.monotonicMs() - startedMs));
      onConfiguration(configuration);
      return 0;
    } catch (error) {
      // We broke it off ourselves.
      if (request.signal.aborted) return 0;
      this.#failed(error);
      return backoffMs(this.#failures, random);
    }
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, durationMs);
      this.#endPause = end;
      if (this.#isStopping) end();
    });
  }

  #succeeded(): void {
    if (this.#problem !== null) this.parts.logger.info('the control plane answers again');
    this.#failures = 0;
    this.#problem = null;
    this.#lastContactMs = this.parts.clock.nowMs();
  }

  #failed(error: unknown): void {
    const code = error instanceof ControlPlaneError ? error.code : 'control-plane-unreachable';
    const message = messageOf(error);
    this.#failures += 1;
    // Once for each new failure, not once for each attempt.
    if (this.#problem?.code !== code) this.parts.logger.warn(`${message}; the last good configuration stays`, { code });
    this.#problem = { code, message };
  }
}
