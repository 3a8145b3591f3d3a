import { byName, edgeName, loadBalancerName, NAME_PATTERN, originName } from '#core/model/name.js';
import type { DemandSample, EdgeSample, HealthSample, LoadSample, Observation } from '#core/observe/observation.js';
import type { Clock } from '#core/ports/clock.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
import { labelNames, type LabelName } from '../metric-names.js';
import { instantVectors, type PrometheusClientOptions, type VectorElement } from './prometheus-client.js';
import { telemetryQueries, type TelemetryQueries } from './telemetry-queries.js';

export interface PrometheusSourceOptions extends PrometheusClientOptions {
  /**
   * Rates are taken over this long. It should span four to ten scrape intervals: with fewer, rates come and go; with more, the last
   * rates of an edge that falls silent soon after it appeared may be missed.
   */
  readonly rateWindowMs: number;
  readonly clock: Clock;
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

  /** @throws TelemetryUnavailable when any query fails, the time-out passes or `signal` aborts */
  async observe(signal: AbortSignal): Promise<Observation> {
    const { edgeAgeSeconds, demand, load, rttSeconds, health } = this.#queries;
    const vectors = await instantVectors(
      {
        edgeAge: edgeAgeSeconds,
        demand: demand.value,
        demandAge: demand.ageSeconds,
        load: load.value,
        loadAge: load.ageSeconds,
        rtt: rttSeconds.value,
        rttAge: rttSeconds.ageSeconds,
        health: health.value,
        healthAge: health.ageSeconds,
      },
      this.options,
      signal,
    );
    const demands = figures(vectors.demand, vectors.demandAge, pairOf);
    const loads = figures(vectors.load, vectors.loadAge, arcOf);
    const rtts = figures(vectors.rtt, vectors.rttAge, arcOf);
    const verdicts = figures(vectors.health, vectors.healthAge, endpointOf);
    return {
      takenAtMs: this.options.clock.nowMs(),
      edges: figures(vectors.edgeAge, vectors.edgeAge, edgeOf).map(({ subject, ageMs }) => ({ ...subject, ageMs })),
      demands: demands.map(({ subject, value, ageMs }) => ({ ...subject, ageMs, ratePerSecond: value })),
      loads: loads.map(({ subject, value, ageMs }) => ({ ...subject, ageMs, ratePerSecond: value })),
      rtts: rtts.map(({ subject, value, ageMs }) => ({ ...subject, ageMs, rttMs: value * 1000 })),
      health: verdicts.map(({ subject, value, ageMs }) => ({ ...subject, ageMs, up: value === 1 })),
    };
  }
}

type Labels = VectorElement['labels'];

interface Figure<Subject> {
  readonly subject: Subject;
  readonly value: number;
  readonly ageMs: number;
}

/**
 * Joins values with their ages, in the order of their labels: Prometheus answers in no particular one. An element whose
 * labels name nothing of ours, or that came into being between the two queries, is left out.
 */
function figures<Subject extends object>(
  values: readonly VectorElement[],
  ages: readonly VectorElement[],
  subjectOf: (labels: Labels) => Subject | undefined,
): readonly Figure<Subject>[] {
  const ageSeconds = new Map(ages.map(({ labels, value }) => [keyOf(labels), value]));
  return values
    .map(({ labels, value }) => ({ key: keyOf(labels), subject: subjectOf(labels), value }))
    .sort((left, right) => byName(left.key, right.key))
    .flatMap(({ key, subject, value }) => {
      const age = ageSeconds.get(key);
      return subject === undefined || age === undefined ? [] : [{ subject, value, ageMs: age * 1000 }];
    });
}

const keyLabels: readonly LabelName[] = [
  labelNames.edge,
  labelNames.loadBalancer,
  labelNames.origin,
  labelNames.endpoint,
];

function keyOf(labels: Labels): string {
  return keyLabels.map((label) => labels[label] ?? '').join('/');
}

function edgeOf(labels: Labels): Omit<EdgeSample, 'ageMs'> | undefined {
  const edge = nameIn(labels, labelNames.edge);
  return edge === undefined ? undefined : { edge: edgeName(edge) };
}

function pairOf(labels: Labels): Omit<DemandSample, 'ageMs' | 'ratePerSecond'> | undefined {
  const loadBalancer = nameIn(labels, labelNames.loadBalancer);
  const at = edgeOf(labels);
  return loadBalancer === undefined || at === undefined
    ? undefined
    : { ...at, loadBalancer: loadBalancerName(loadBalancer) };
}

function arcOf(labels: Labels): Omit<LoadSample, 'ageMs' | 'ratePerSecond'> | undefined {
  const origin = nameIn(labels, labelNames.origin);
  const pair = pairOf(labels);
  return origin === undefined || pair === undefined ? undefined : { ...pair, origin: originName(origin) };
}

function endpointOf(labels: Labels): Omit<HealthSample, 'ageMs' | 'up'> | undefined {
  const endpoint = labels[labelNames.endpoint];
  const arc = arcOf(labels);
  return endpoint === undefined || arc === undefined ? undefined : { ...arc, endpoint };
}

/** A label that is a resource's name; anyone can write a metric, so others are not let in. */
function nameIn(labels: Labels, label: LabelName): string | undefined {
  const value = labels[label];
  return value !== undefined && NAME_PATTERN.test(value) ? value : undefined;
}
