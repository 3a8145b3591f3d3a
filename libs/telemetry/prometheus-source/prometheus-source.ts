import type { OriginName } from '#core/model/name.js';
import type { Observation } from '#core/observe/observation.js';
import type { Clock } from '#core/ports/clock.js';
import type { TelemetrySource, UtilizationQuery } from '#core/ports/telemetry-source.js';
import { ObservationDraft, type FigureDraft } from './observation-draft.js';
import type { VectorElement } from './query-answers.js';
import { QueryBatch, type QueryBatchOptions } from './query-batch.js';
import {
  FEWEST_SCRAPES_PER_WINDOW,
  telemetryQueries,
  type FigureQuery,
  type TelemetryQueries,
} from './telemetry-queries.js';
import { askUtilizations, utilizationSamples } from './utilization-samples.js';

export interface PrometheusSourceOptions extends QueryBatchOptions {
  /**
   * Rates are taken over this long. It should span four to ten scrape intervals: with fewer, rates come and go; with more, the last
   * rates of an edge that falls silent soon after it appeared may be missed.
   */
  readonly rateWindowMs: number;
  readonly clock: Clock;
  /** Told of each utilisation query that gave no figure, and why, in words. The observation goes on without that figure. */
  readonly onQueryFailed?: (origin: OriginName, reason: string) => void;
}

/**
 * Observations from a Prometheus that scrapes the edge agents; needs Prometheus 2.26 or later, or what speaks its PromQL.
 *
 * The agents' own labels `edge` and `origin` must survive the scrape. Where service discovery gives targets labels of the same
 * names, the scrape configuration needs `honor_labels: true`, or the agents' come out as `exported_edge` and are not seen.
 */
export class PrometheusSource implements TelemetrySource {
  readonly #queries: TelemetryQueries;

  constructor(private readonly options: PrometheusSourceOptions) {
    this.#queries = telemetryQueries(options.rateWindowMs);
  }

  /**
   * One failed query fails them all and stops the others: half an observation would look like a fall in demand. Operators'
   * utilisation queries are the exception: each concerns its own origin only.
   * @throws TelemetryUnavailable when any query of ours fails, the time-out passes before all are answered, or `signal` aborts
   */
  async observe(signal: AbortSignal, utilizationQueries: readonly UtilizationQuery[]): Promise<Observation> {
    const batch = new QueryBatch(this.options, signal);
    try {
      const [draft, answers] = await Promise.all([this.#draft(batch), askUtilizations(batch, utilizationQueries)]);
      for (const { origin, reason } of answers.failed) this.options.onQueryFailed?.(origin, reason);
      return {
        takenAtMs: this.options.clock.nowMs(),
        edges: draft.observed(),
        utilizations: utilizationSamples(answers, batch.newestMs),
      };
    } finally {
      batch.stop();
    }
  }

  async #draft(batch: QueryBatch): Promise<ObservationDraft> {
    const { edgeAgeSeconds, demand, load, activeConnections, rttSeconds, health } = this.#queries;
    const draft = new ObservationDraft(this.options.rateWindowMs / FEWEST_SCRAPES_PER_WINDOW);
    const join = async ({ value, ageSeconds }: FigureQuery, figureOf: FigureOf, unit = 1): Promise<void> => {
      const [values, ages] = await Promise.all([batch.vector(value), batch.vector(ageSeconds)]);
      fillIn(values, ages, figureOf, unit);
    };
    const hearEdges = async (): Promise<void> => {
      const ages = await batch.vector(edgeAgeSeconds);
      fillIn(ages, ages, (labels) => draft.edge(labels)?.heard);
    };
    await Promise.all([
      hearEdges(),
      join(demand, (labels) => draft.loadBalancer(labels)?.rate),
      join(load, (labels) => draft.origin(labels)?.rate),
      join(activeConnections, (labels) => draft.origin(labels)?.activeConnections),
      join(rttSeconds, (labels) => draft.origin(labels)?.rttMs, 1000),
      join(health, (labels) => draft.endpoint(labels)),
    ]);
    return draft;
  }
}

type FigureOf = (labels: VectorElement['labels']) => FigureDraft | undefined;

function fillIn(
  values: readonly VectorElement[],
  agesSeconds: readonly VectorElement[],
  figureOf: FigureOf,
  unit = 1,
): void {
  for (const { labels, value } of values) {
    const figure = figureOf(labels);
    if (figure !== undefined) figure.value = value * unit;
  }
  for (const { labels, value } of agesSeconds) {
    const figure = figureOf(labels);
    if (figure !== undefined) figure.ageMs = value * 1000;
  }
}
