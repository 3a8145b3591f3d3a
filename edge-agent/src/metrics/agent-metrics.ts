import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VIEW_METRICS, type MetricsView, type ViewMetric } from './view-metrics.js';

/** From a change in userspace to a large batch on a slow kernel. */
const APPLY_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** The agent's metrics for Prometheus. What is counted comes from the ledger: a scrape costs the data plane nothing. */
export class AgentMetrics {
  readonly #registry = new Registry();
  readonly #applyDuration = new Histogram({
    name: 'weir_edge_apply_duration_seconds',
    help: 'Time to bring the data plane to the configuration.',
    labelNames: ['edge'],
    buckets: APPLY_BUCKETS_SECONDS,
    registers: [this.#registry],
  });
  readonly #applyErrors = new Counter({
    name: 'weir_edge_apply_errors_total',
    help: 'Failures in bringing the data plane to the configuration.',
    labelNames: ['edge'],
    registers: [this.#registry],
  });

  constructor(private readonly edge: string) {
    // A counter that first appears with its first error would hide that error from rate().
    this.#applyErrors.inc({ edge }, 0);
  }

  recordSync({ durationMs, failureCount }: { durationMs: number; failureCount: number }): void {
    this.#applyDuration.observe({ edge: this.edge }, durationMs / 1000);
    this.#applyErrors.inc({ edge: this.edge }, failureCount);
  }

  /** From now on every scrape shows what `view` answers then. */
  exportView(view: () => MetricsView): void {
    for (const metric of VIEW_METRICS) this.#exportMetric(metric, view);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  exposition(): Promise<string> {
    return this.#registry.metrics();
  }

  #exportMetric({ name, help, kind, labelNames, samples }: ViewMetric, view: () => MetricsView): void {
    const registers = [this.#registry];
    if (kind === 'counter') {
      const counter: Counter = new Counter({
        name,
        help,
        labelNames,
        registers,
        collect: () => {
          counter.reset();
          for (const { labels, value } of samples(view())) counter.inc(labels, value);
        },
      });
      return;
    }
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect: () => {
        gauge.reset();
        for (const { labels, value } of samples(view())) gauge.set(labels, value);
      },
    });
  }
}
