import { setTimeout as pause } from 'node:timers/promises';
import type { AgentReport } from '#contracts/agent-report.js';
import {
  type EdgeConfiguration,
  edgeConfigurationSchema,
  publicationEntityTag,
  type PublishedLoadBalancer,
} from '#contracts/edge-configuration.js';
import type { PublicationPoint } from '#core/ports/scheduler-store.js';
import { anAgentReport, anOriginReport } from '#testkit/agent-reports.js';
import { callApi } from './api-client.js';

const REPORT_INTERVAL_MS = 500;
const POLL_SECONDS = 2;
const RETRY_MS = 100;

/**
 * An agent that forwards nothing, and writes down all it is told. Asks one control plane after the other, as behind a load
 * balancer, and obeys whatever it hears last: what a real agent would refuse stands in its record.
 */
export class ReportingAgent {
  /** Every publication it was given, in the order of arrival. */
  readonly seen: PublicationPoint[] = [];
  readonly #stopping = new AbortController();
  readonly #connections = new Map<string, number>();
  #configuration: EdgeConfiguration | null = null;
  #urls: readonly string[] = [];
  #reportUrls: readonly string[] = [];
  #turns = 0;
  #sequence = 0;
  #token = '';
  #running: Promise<unknown> = Promise.resolve();

  /** `rate` is in connections per second, for each load balancer. */
  constructor(
    private readonly edge: string,
    private readonly rate: number,
  ) {}

  get applied(): PublicationPoint | null {
    return this.#configuration;
  }

  /** `token` is the edge's own. */
  start(urls: readonly string[], token: string): void {
    this.#token = token;
    this.#urls = urls;
    this.#reportUrls = urls;
    this.#running = Promise.all([this.#pollForEver(), this.#reportForEver()]);
  }

  /** Polls go on as before. */
  reportTo(urls: readonly string[]): void {
    this.#reportUrls = urls;
  }

  /** Other control planes than at the start. */
  pollFrom(urls: readonly string[]): void {
    this.#urls = urls;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #pollForEver(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#turns += 1;
      const url = this.#urls[this.#turns % this.#urls.length] ?? '';
      const isAnswered = await this.#poll(url).catch(() => false);
      if (!isAnswered) await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #poll(url: string): Promise<boolean> {
    const known = this.#configuration === null ? {} : { 'if-none-match': publicationEntityTag(this.#configuration) };
    const path = `/v1/agent/configuration?edge=${this.edge}`;
    const { status, body } = await callApi(url, {
      path,
      headers: { ...known, prefer: `wait=${POLL_SECONDS}` },
      token: this.#token,
    });
    if (status !== 200) return status === 304;
    this.#configuration = edgeConfigurationSchema.parse(body);
    const { term, generation } = this.#configuration;
    this.seen.push({ term, generation });
    return true;
  }

  async #reportForEver(): Promise<void> {
    const { signal } = this.#stopping;
    let lastMs = performance.now();
    while (!signal.aborted) {
      const nowMs = performance.now();
      const body = this.#report((nowMs - lastMs) / 1_000);
      lastMs = nowMs;
      const url = this.#reportUrls[this.#sequence % this.#reportUrls.length] ?? '';
      // A report that is lost is made up for by the next: counters go on.
      await callApi(url, { method: 'POST', path: '/v1/agent/reports', body, token: this.#token }).catch(
        () => undefined,
      );
      await pause(REPORT_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #report(elapsedSeconds: number): AgentReport {
    this.#sequence += 1;
    const applied = this.applied === null ? null : { term: this.applied.term, generation: this.applied.generation };
    const loadBalancers = this.#configuration?.loadBalancers ?? [];
    return anAgentReport(this.edge, this.#sequence, {
      monotonicMs: performance.now(),
      applied,
      loadBalancers: loadBalancers.map((balancer) => this.#forward(balancer, this.rate * elapsedSeconds)),
    });
  }

  #forward({ name, endpoints }: PublishedLoadBalancer, connections: number): AgentReport['loadBalancers'][number] {
    const whole = endpoints.reduce((sum, { weight }) => sum + weight, 0);
    return {
      name,
      connections: this.#count(name, connections),
      origins: endpoints.map(({ origin, address, weight }) =>
        anOriginReport(origin, {
          connections: this.#count(`${name}/${origin}`, whole === 0 ? 0 : (connections * weight) / whole),
          rttMs: origin === 'near' ? 5 : 90,
          address,
          weight,
        }),
      ),
    };
  }

  #count(counter: string, connections: number): number {
    const count = (this.#connections.get(counter) ?? 0) + connections;
    this.#connections.set(counter, count);
    return count;
  }
}
