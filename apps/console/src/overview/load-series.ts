import type { Schemas } from '#client/weir-client.js';

/** Load and capacity of every origin over time, column by column; as long as each other. */
export interface LoadSeries {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly origins: ReadonlyMap<string, OriginSeries>;
}

export interface OriginSeries {
  readonly load: readonly (number | null)[];
  readonly capacity: readonly (number | null)[];
}

export const EMPTY_SERIES: LoadSeries = { times: [], origins: new Map() };

/** As many as the control plane keeps. */
const MOST_CYCLES = 240;

/** The series with newer cycles behind it; the oldest go. An origin that was not known at some time has no load then. */
export function extended(series: LoadSeries, newer: Schemas['LoadHistory']): LoadSeries {
  const last = series.times.at(-1) ?? -Infinity;
  const times = newer.decidedAt.map((at) => Date.parse(at) / 1_000);
  const from = times.findIndex((time) => time > last);
  if (from === -1) return series;
  const all = [...series.times, ...times.slice(from)];
  const surplus = Math.max(0, all.length - MOST_CYCLES);
  const later = new Map(newer.origins.map((origin) => [origin.origin, origin]));
  const names = [...new Set([...series.origins.keys(), ...later.keys()])].sort();
  const joined = (
    old: OriginSeries['load'] | undefined,
    next: OriginSeries['load'] | undefined,
  ): OriginSeries['load'] =>
    [...(old ?? nothing(series.times.length)), ...(next ?? nothing(times.length)).slice(from)].slice(surplus);
  return {
    times: all.slice(surplus),
    origins: new Map(
      names.map((name) => {
        const [old, next] = [series.origins.get(name), later.get(name)];
        return [name, { load: joined(old?.load, next?.load), capacity: joined(old?.capacity, next?.capacity) }];
      }),
    ),
  };
}

function nothing(count: number): readonly null[] {
  return Array.from({ length: count }, () => null);
}
