import { setMaxListeners } from 'node:events';
import type { PrometheusDriver, QueryResult } from 'prometheus-query';
import { codeOf, connectPrometheus, errorOf } from './prometheus-connection.js';
import { singleFigureOf, vectorOf, type FigureAtInstant, type VectorElement } from './query-answers.js';
import { TelemetryUnavailable } from './telemetry-unavailable.js';

export interface QueryBatchOptions {
  /** Base address, with a path prefix and credentials where there are some: `https://user:secret@host/prometheus`. */
  readonly url: string;
  /** For one batch of queries as a whole. */
  readonly timeoutMs: number;
}

/** Instant queries that run beside each other under one deadline. What is asked after its end fails at once. */
export class QueryBatch {
  readonly #deadline: AbortSignal;
  readonly #stopped = new AbortController();
  readonly #driver: PrometheusDriver;
  #newestMs = -Infinity;

  constructor(
    private readonly options: QueryBatchOptions,
    private readonly caller: AbortSignal,
  ) {
    this.#deadline = AbortSignal.timeout(options.timeoutMs);
    const end = AbortSignal.any([caller, this.#deadline, this.#stopped.signal]);
    // Every query under way listens to it, which is no leak.
    setMaxListeners(0, end);
    this.#driver = connectPrometheus(options.url, options.timeoutMs, end);
  }

  /** When the newest answer so far was worked out, on Prometheus' clock; `-Infinity` before the first figure. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** @throws TelemetryUnavailable, and nothing else */
  async vector(query: string): Promise<readonly VectorElement[]> {
    const elements = await this.#ask(query, vectorOf);
    for (const element of elements) this.#notice(element);
    return elements;
  }

  /**
   * The one figure that a query answers.
   * @throws TelemetryUnavailable, and nothing else; when the answer is not one number, too
   */
  async figure(query: string): Promise<FigureAtInstant> {
    const figure = await this.#ask(query, singleFigureOf);
    this.#notice(figure);
    return figure;
  }

  /** Ends what is still under way. */
  stop(): void {
    this.#stopped.abort();
  }

  async #ask<T>(query: string, read: (result: QueryResult) => T): Promise<T> {
    try {
      return read(await this.#driver.instantQuery(query));
    } catch (rejection) {
      const code = this.caller.aborted ? 'aborted' : this.#deadline.aborted ? 'timeout' : codeOf(rejection);
      throw new TelemetryUnavailable(code, withoutCredentials(this.options.url), errorOf(rejection));
    }
  }

  #notice({ atMs }: FigureAtInstant): void {
    if (atMs > this.#newestMs) this.#newestMs = atMs;
  }
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
