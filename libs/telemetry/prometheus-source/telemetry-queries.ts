import { labelNames, metricNames, type LabelName, type MetricName } from '../metric-names.js';

/** One figure per label set: PromQL for its value, and for the seconds since it was last scraped. */
export interface FigureQuery {
  readonly value: string;
  readonly ageSeconds: string;
}

export interface TelemetryQueries {
  /** Seconds since each edge was last scraped. */
  readonly edgeAgeSeconds: string;
  readonly demand: FigureQuery;
  readonly load: FigureQuery;
  readonly activeConnections: FigureQuery;
  readonly rttSeconds: FigureQuery;
  readonly health: FigureQuery;
}

const { loadBalancer, listener, edge, origin, endpoint } = labelNames;

/** A window should span at least so many scrape intervals. */
export const FEWEST_SCRAPES_PER_WINDOW = 4;

/** How long a silent edge is still known to have been there. */
const edgeMemoryMs = 3_600_000;

/**
 * Instants per window at which a silent series is looked for; its age is too high by at most one step between them. Steps no
 * longer than the scrape interval find every figure that was ever alive.
 */
const lookbackSteps = 10;

/** Every query of one observation. `rateWindowMs` should span four to ten scrape intervals. */
export function telemetryQueries(rateWindowMs: number): TelemetryQueries {
  const windowMs = Math.max(lookbackSteps, Math.round(rateWindowMs));
  const arc = [loadBalancer, edge, origin] as const;
  return {
    edgeAgeSeconds: age(newestScrape([edge], metricNames.edgeConfigurationGeneration), edgeMemoryMs, windowMs),
    demand: rate(metricNames.edgeConnections, [loadBalancer, edge], [listener], windowMs),
    load: rate(metricNames.edgeOriginConnections, arc, [listener, endpoint], windowMs),
    activeConnections: gauge(metricNames.edgeActiveConnections, arc, [listener, endpoint], windowMs),
    rttSeconds: gauge(metricNames.edgeOriginRtt, arc, [], windowMs),
    health: gauge(metricNames.edgeEndpointUp, [...arc, endpoint], [], windowMs),
  };
}

/**
 * Rate of a counter by `labels`, summed over `parts`.
 *
 * `rate` spreads what it saw over the whole window, however little of it was scraped: a new edge would seem idle, a silent
 * one to lose its traffic, and all of them to do so after an outage of Prometheus. So a rate counts only while its series
 * lives, and reaches back into the first part of the window.
 */
function rate(
  metric: MetricName,
  labels: readonly LabelName[],
  parts: readonly LabelName[],
  windowMs: number,
): FigureQuery {
  const firstPartMs = Math.ceil(windowMs / FEWEST_SCRAPES_PER_WINDOW);
  const reachesBack = `last_over_time(${metric}[${firstPartMs}ms] offset ${windowMs - firstPartMs}ms)`;
  const perSecond = `rate(${metric}[${windowMs}ms]) and ${reachesBack}`;
  return {
    value: liveOrLast(sumOfParts(labels, parts, `${perSecond} and ${metric}`), windowMs, windowMs),
    ageSeconds: age(`max by (${labels.join(', ')}) (timestamp(${metric}) and ${perSecond})`, windowMs, windowMs),
  };
}

/** A gauge by `labels`, summed over `parts`. */
function gauge(
  metric: MetricName,
  labels: readonly LabelName[],
  parts: readonly LabelName[],
  windowMs: number,
): FigureQuery {
  return {
    value: liveOrLast(sumOfParts(labels, parts, metric), windowMs, windowMs),
    ageSeconds: age(newestScrape(labels, metric), windowMs, windowMs),
  };
}

/** The maximum counts an edge once when two jobs or replicas scrape it. */
function sumOfParts(labels: readonly LabelName[], parts: readonly LabelName[], expression: string): string {
  return `sum by (${labels.join(', ')}) (max by (${[...labels, ...parts].join(', ')}) (${expression}))`;
}

function newestScrape(labels: readonly LabelName[], metric: MetricName): string {
  return `max by (${labels.join(', ')}) (timestamp(${metric}))`;
}

function age(timestamps: string, memoryMs: number, windowMs: number): string {
  return `time() - (${liveOrLast(timestamps, memoryMs, windowMs)})`;
}

/**
 * The expression now, or else the last it was. A failed scrape marks series stale: they vanish at once from instant vectors,
 * though the last figure is still the best one known. A subquery finds it at the instants when it was alive.
 */
function liveOrLast(expression: string, memoryMs: number, windowMs: number): string {
  const stepMs = Math.ceil(windowMs / lookbackSteps);
  return `(${expression}) or last_over_time((${expression})[${memoryMs}ms:${stepMs}ms])`;
}
