import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Registry } from 'prom-client';
import type { AgentReport, LoadBalancerReport } from '#contracts/agent-report.js';
import { labelNames, metricNames } from '#telemetry/metric-names.js';
import { anAgentReport } from '#testkit/agent-reports.js';

interface Traffic {
  readonly loadBalancer: string;
  /** Connections per second of each listener. */
  readonly listeners: Readonly<Record<string, number>>;
  readonly origins: readonly OriginTraffic[];
}

interface OriginTraffic {
  readonly origin: string;
  /** Part of every listener's connections. */
  readonly share: number;
  readonly rttMs: number | null;
  readonly endpoints: readonly EndpointTraffic[];
}

interface EndpointTraffic {
  readonly address: string;
  readonly up: boolean | null;
  /** By listener. */
  readonly activeConnections: Readonly<Record<string, number>>;
}

/** What every simulated edge forwards, as steadily as its clock runs. */
export const traffic: readonly Traffic[] = [
  {
    loadBalancer: 'shop',
    listeners: { 'tcp-443': 150, 'tcp-80': 50 },
    origins: [
      {
        origin: 'us-west',
        share: 0.75,
        rttMs: 12.5,
        endpoints: [
          { address: '192.0.2.1', up: true, activeConnections: { 'tcp-443': 400, 'tcp-80': 30 } },
          { address: '192.0.2.2', up: false, activeConnections: { 'tcp-443': 5, 'tcp-80': 0 } },
        ],
      },
      {
        origin: 'eu-central',
        share: 0.25,
        rttMs: 80,
        endpoints: [{ address: '2001:db8::7', up: true, activeConnections: { 'tcp-443': 0, 'tcp-80': 0 } }],
      },
    ],
  },
  {
    loadBalancer: 'api',
    listeners: { 'tcp-443': 40 },
    origins: [
      {
        origin: 'us-west',
        share: 1,
        rttMs: null,
        endpoints: [{ address: '192.0.2.1', up: null, activeConnections: { 'tcp-443': 12 } }],
      },
    ],
  },
];

/** Far above what a test counts, so that a counter taken for a new one gives an absurd rate. */
const connectionsBeforeTest = 1_000_000;

/**
 * An edge agent as telemetry sees it: counters that grow with time, told in reports and on a `/metrics` page. Both tell the same.
 */
export class SimulatedEdge {
  readonly #server: Server;
  #instance = 1;
  #sequence = 0;
  #startedAtMs = performance.now();
  #connectionsAtStart = connectionsBeforeTest;
  #isSilent = false;
  #traffic = traffic;

  constructor(readonly name: string) {
    this.#server = createServer((request, response) => {
      if (this.#isSilent) {
        request.socket.destroy();
        return;
      }
      void this.#exposition().then((text) => response.end(text));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** `host:port` of the metrics page. */
  get target(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  fallSilent(): void {
    this.#isSilent = true;
  }

  speak(): void {
    this.#isSilent = false;
  }

  /** Counters begin again at 0. */
  restart(): void {
    this.#instance += 1;
    this.#sequence = 0;
    this.#startedAtMs = performance.now();
    this.#connectionsAtStart = 0;
  }

  remove(loadBalancer: string): void {
    this.#traffic = this.#traffic.filter((entry) => entry.loadBalancer !== loadBalancer);
  }

  report(): AgentReport {
    this.#sequence += 1;
    return anAgentReport(this.name, this.#sequence, {
      instance: `instance-${this.#instance}`,
      monotonicMs: performance.now(),
      applied: { term: 1, generation: 1 },
      loadBalancers: this.#traffic.map((entry) => this.#loadBalancerReport(entry)),
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #loadBalancerReport({ loadBalancer, listeners, origins }: Traffic): LoadBalancerReport {
    const total = Object.values(listeners).reduce((sum, rate) => sum + rate, 0);
    return {
      name: loadBalancer,
      connections: this.#connections(total),
      origins: origins.map(({ origin, share, rttMs, endpoints }) => ({
        origin,
        connections: this.#connections(total * share),
        rttMs,
        endpoints: endpoints.map(({ address, up, activeConnections }) => ({
          ...{ address, up, weight: 1 },
          activeConnections: Object.values(activeConnections).reduce((sum, open) => sum + open, 0),
        })),
      })),
    };
  }

  #connections(ratePerSecond: number): number {
    return this.#connectionsAtStart + (ratePerSecond * (performance.now() - this.#startedAtMs)) / 1000;
  }

  async #exposition(): Promise<string> {
    const page = new AgentPage(this.name);
    for (const { loadBalancer, listeners, origins } of this.#traffic) {
      for (const [listener, rate] of Object.entries(listeners)) {
        page.received({ loadBalancer, listener }, this.#connections(rate));
        for (const { origin, share, endpoints } of origins) {
          for (const { address, activeConnections } of endpoints) {
            const labels = { loadBalancer, listener, origin, endpoint: address };
            page.forwarded(labels, this.#connections((rate * share) / endpoints.length));
            page.open(labels, activeConnections[listener] ?? 0);
          }
        }
      }
      for (const { origin, rttMs, endpoints } of origins) {
        if (rttMs !== null) page.roundTrip({ loadBalancer, origin }, rttMs / 1000);
        for (const { address, up } of endpoints) {
          if (up !== null) page.verdict({ loadBalancer, origin, endpoint: address }, up);
        }
      }
    }
    return page.text();
  }
}

type Labels = Partial<Record<'loadBalancer' | 'listener' | 'origin' | 'endpoint', string>>;

/** One scrape of an agent, with the metrics telemetry asks for. */
class AgentPage {
  readonly #registry = new Registry();
  readonly #received = new Counter(this.#metric(metricNames.edgeConnections));
  readonly #forwarded = new Counter(this.#metric(metricNames.edgeOriginConnections));
  readonly #open = new Gauge(this.#metric(metricNames.edgeActiveConnections));
  readonly #roundTrip = new Gauge(this.#metric(metricNames.edgeOriginRtt));
  readonly #verdict = new Gauge(this.#metric(metricNames.edgeEndpointUp));

  constructor(readonly edge: string) {
    new Gauge(this.#metric(metricNames.edgeConfigurationGeneration)).set(this.#labels({}), 1);
  }

  received(labels: Labels, connections: number): void {
    this.#received.inc(this.#labels(labels), connections);
  }

  forwarded(labels: Labels, connections: number): void {
    this.#forwarded.inc(this.#labels(labels), connections);
  }

  open(labels: Labels, connections: number): void {
    this.#open.set(this.#labels(labels), connections);
  }

  roundTrip(labels: Labels, seconds: number): void {
    this.#roundTrip.set(this.#labels(labels), seconds);
  }

  verdict(labels: Labels, up: boolean): void {
    this.#verdict.set(this.#labels(labels), up ? 1 : 0);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #labels(labels: Labels): Record<string, string> {
    const named = Object.entries(labels).map(([key, value]) => [labelNames[key as keyof Labels], value] as const);
    return { [labelNames.edge]: this.edge, ...Object.fromEntries(named) };
  }

  #metric(name: string): { name: string; help: string; labelNames: string[]; registers: Registry[] } {
    return { name, help: name, labelNames: Object.values(labelNames), registers: [this.#registry] };
  }
}
