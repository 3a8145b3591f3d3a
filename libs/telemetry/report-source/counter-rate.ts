/** What every counter of one agent showed at one instant. */
export interface CounterReading {
  /** On the steady clock of the process that counts. */
  readonly atMs: number;
  /** By counter; NaN where there was none. */
  readonly values: Float64Array;
}

/** Readings of the same counters, oldest first, each strictly later than the one before. */
export type CounterWindow = readonly CounterReading[];

/** The window after one more reading; what is older than `windowMs` before that reading has left it. */
export function withReading(window: CounterWindow, reading: CounterReading, windowMs: number): CounterWindow {
  return [...window.filter(({ atMs }) => atMs >= reading.atMs - windowMs), reading];
}

/**
 * How fast one counter grew in the window, per second; `undefined` when that cannot be told.
 *
 * A stretch in which it went down counts neither as growth nor as time. Prometheus' `rate` takes the new value for what
 * was counted since a start at 0, but nothing says that it started at 0: a counter set back by a little would seem to have
 * counted everything anew. The other stretches are measured, and stand for it. Readings that are no count are passed over;
 * when the newest is none, there is no rate now.
 */
export function ratePerSecond(window: CounterWindow, counter: number): number | undefined {
  if (!isCount(window.at(-1)?.values[counter])) return undefined;
  let growth = 0;
  let elapsedMs = 0;
  let before: CounterReading | undefined;
  for (const reading of window) {
    const value = reading.values[counter];
    if (!isCount(value)) continue;
    const grown = value - (before?.values[counter] ?? Number.NaN);
    if (before !== undefined && grown >= 0) {
      growth += grown;
      elapsedMs += reading.atMs - before.atMs;
    }
    before = reading;
  }
  const rate = (growth / elapsedMs) * 1000;
  return elapsedMs > 0 && Number.isFinite(rate) ? rate : undefined;
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value < Infinity;
}
