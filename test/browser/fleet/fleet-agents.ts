import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentReport } from '#contracts/agent-report.js';
import { type EdgeConfiguration, edgeConfigurationSchema } from '#contracts/edge-configuration.js';
import { anAgentReport, anOriginReport } from '#testkit/agent-reports.js';

export interface FleetOptions {
  readonly url: string;
  readonly edges: readonly string[];
  /** New connections per second of each load balancer at an edge. */
  readonly rateOf: (edge: string, loadBalancer: string) => number;
  readonly rttMsOf: (edge: string, origin: string) => number;
  readonly intervalMs: number;
}

/** Agents of many edges that forward nothing: they take up what is published, and report as if it were carried out. */
export class FleetAgents {
  readonly #ending = new AbortController();
  readonly #connections = new Map<string, number>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FleetOptions) {
    // All agents listen for the end, and each of their requests does.
    setMaxListeners(0, this.#ending.signal);
  }

  /** Spread over the interval, as agents that started at any time. */
  start(): void {
    const { edges, intervalMs } = this.options;
    this.#running = Promise.all(
      edges.map(async (edge, index) => {
        await this.#rest((intervalMs * index) / edges.length);
        await this.#runForEver(edge);
      }),
    );
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #runForEver(edge: string): Promise<void> {
    let sequence = 0;
    let lastMs = performance.now();
    while (!this.#ending.signal.aborted) {
      const startedMs = performance.now();
      const configuration = await this.#configurationOf(edge).catch(() => null);
      if (configuration !== null) {
        sequence += 1;
        const body = this.#report(configuration, sequence, (startedMs - lastMs) / 1_000);
        lastMs = startedMs;
        await this.#send('/v1/agent/reports', { method: 'POST', body: JSON.stringify(body) }).catch(() => undefined);
      }
      await this.#rest(this.options.intervalMs - (performance.now() - startedMs));
    }
  }

  async #configurationOf(edge: string): Promise<EdgeConfiguration | null> {
    const answer = await this.#send(`/v1/agent/configuration?edge=${edge}`, {});
    return answer.status === 200 ? edgeConfigurationSchema.parse(await answer.json()) : null;
  }

  #send(path: string, request: RequestInit): Promise<Response> {
    return fetch(`${this.options.url}${path}`, {
      ...request,
      headers: { 'content-type': 'application/json', prefer: 'wait=0' },
      signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(10_000)]),
    });
  }

  #report(
    { edge, term, generation, loadBalancers }: EdgeConfiguration,
    sequence: number,
    seconds: number,
  ): AgentReport {
    return anAgentReport(edge, sequence, {
      monotonicMs: performance.now(),
      applied: { term, generation },
      loadBalancers: loadBalancers.map(({ name, endpoints }) => {
        const connections = this.options.rateOf(edge, name) * seconds;
        const whole = endpoints.reduce((sum, { weight }) => sum + weight, 0);
        return {
          name,
          connections: this.#count(`${edge} ${name}`, connections),
          origins: endpoints.map(({ origin, address, weight }) =>
            anOriginReport(origin, {
              connections: this.#count(`${edge} ${name} ${origin}`, whole === 0 ? 0 : (connections * weight) / whole),
              rttMs: this.options.rttMsOf(edge, origin),
              address,
              weight,
            }),
          ),
        };
      }),
    });
  }

  #count(counter: string, connections: number): number {
    const count = (this.#connections.get(counter) ?? 0) + connections;
    this.#connections.set(counter, count);
    return count;
  }

  async #rest(ms: number): Promise<void> {
    await pause(Math.max(0, ms), undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
