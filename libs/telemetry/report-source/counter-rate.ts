/** One reading of a cumulative counter. */
export interface CounterReading {
  /** When it was read, on the steady clock of the process that counts. */
  readonly atMs: number;
  readonly value: number;
}

/** Readings of one counter, oldest first, each strictly later than the one before. */
export type CounterWindow = readonly CounterReading[];

/** The window after one more reading; what is older than `windowMs` before that reading has left it. */
export function withReading(window: CounterWindow, reading: CounterReading, windowMs: number): CounterWindow {
  return [...window.filter(({ atMs }) => atMs >= reading.atMs - windowMs), reading];
}

/**
 * How fast the counter grew between its first and its last reading, per second; `undefined` with fewer than two readings.
 *
 * A counter that went down has started again at 0, so its new value is what it counted since: the rule of Prometheus'
 * `rate`. Unlike `rate`, nothing is extrapolated to the edges of the window.
 */
export function ratePerSecond(window: CounterWindow): number | undefined {
  const first = window.at(0);
  const last = window.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
  return (increase(window) / (last.atMs - first.atMs)) * 1000;
}

function increase(window: CounterWindow): number {
  let total = 0;
  let previous: CounterReading | undefined;
  for (const reading of window) {
    if (previous !== undefined) {
      total += reading.value >= previous.value ? reading.value - previous.value : reading.value;
    }
    previous = reading;
  }
  return total;
}
