import type { AgentReport } from '#contracts/agent-report.js';
import { byName, loadBalancerName, originName, type LoadBalancerName, type OriginName } from '#core/model/name.js';

/**
 * Which load balancers and origins a report tells of, in the order of their names, and which number each one's counter
 * has. Reports of one agent look alike for hours, so that this is worked out once for many of them.
 */
export interface ReportLayout {
  readonly loadBalancers: readonly LoadBalancerPlace[];
  readonly counterCount: number;
}

interface Place {
  /** Index in the report's own list. */
  readonly at: number;
  readonly counter: number;
}

export interface LoadBalancerPlace extends Place {
  readonly loadBalancer: LoadBalancerName;
  readonly origins: readonly OriginPlace[];
}

export interface OriginPlace extends Place {
  readonly origin: OriginName;
}

export function layoutOf({ loadBalancers }: AgentReport): ReportLayout {
  let counterCount = 0;
  const places = loadBalancers.map(({ name, origins }, at) => ({
    loadBalancer: loadBalancerName(name),
    at,
    counter: counterCount++,
    origins: origins
      .map(({ origin }, atOrigin) => ({ origin: originName(origin), at: atOrigin, counter: counterCount++ }))
      .sort((one, other) => byName(one.origin, other.origin)),
  }));
  return { loadBalancers: places.sort((one, other) => byName(one.loadBalancer, other.loadBalancer)), counterCount };
}

/** Whether the report tells of the same, in the same places. */
export function isLaidOutAs({ loadBalancers }: AgentReport, layout: ReportLayout): boolean {
  if (loadBalancers.length !== layout.loadBalancers.length) return false;
  return layout.loadBalancers.every((place) => {
    const balancer = loadBalancers[place.at];
    return (
      balancer?.name === place.loadBalancer &&
      balancer.origins.length === place.origins.length &&
      place.origins.every(({ origin, at }) => balancer.origins[at]?.origin === origin)
    );
  });
}

/** What the report's counters show, by number. */
export function countersOf({ loadBalancers }: AgentReport, layout: ReportLayout): Float64Array {
  const counters = new Float64Array(layout.counterCount).fill(Number.NaN);
  for (const place of layout.loadBalancers) {
    const balancer = loadBalancers[place.at];
    if (balancer === undefined) continue;
    counters[place.counter] = balancer.connections;
    for (const { at, counter } of place.origins) counters[counter] = balancer.origins[at]?.connections ?? Number.NaN;
  }
  return counters;
}

/** Puts counters of one layout in the places of another. One that is new there is NaN; one that is gone is dropped. */
export function rearrangement(from: ReportLayout, to: ReportLayout): (counters: Float64Array) => Float64Array {
  const sources = sourcesOf(from, to);
  return (counters) => Float64Array.from(sources, (source) => counters[source] ?? Number.NaN);
}

/** For each counter of `to` its number in `from`; -1 for a new one. */
function sourcesOf(from: ReportLayout, to: ReportLayout): Int32Array {
  const sources = new Int32Array(to.counterCount).fill(-1);
  const known = new Map(from.loadBalancers.map((place) => [place.loadBalancer, place]));
  for (const place of to.loadBalancers) {
    const before = known.get(place.loadBalancer);
    if (before === undefined) continue;
    sources[place.counter] = before.counter;
    const origins = new Map(before.origins.map(({ origin, counter }) => [origin, counter]));
    for (const { origin, counter } of place.origins) sources[counter] = origins.get(origin) ?? -1;
  }
  return sources;
}
