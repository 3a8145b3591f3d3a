/**
 * Where in its interval each probe has its turn. Multiples of the golden ratio fall evenly into the interval however
 * many there are, so thousands of probes that begin together are as spread out as one alone, and stay so.
 */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** The phase of the `index`-th probe, in [0, 1). `offset` differs from edge to edge: they share endpoints. */
export function phaseOf(index: number, offset: number): number {
  return (offset + index * GOLDEN_RATIO) % 1;
}

/** A part of the interval: what is nearer to a turn than this is that turn, not a moment before it. */
const ROUNDING = 1e-6;

/** Small against the interval, and against the second within which a verdict may come later than promised. */
const JITTER_PART = 0.05;
const MAX_JITTER_MS = 250;

export interface Beat {
  /** In [0, 1). */
  readonly phase: number;
  readonly intervalMs: number;
}

/**
 * When the next probe after `lastMs` is due: once in each interval, at the probe's phase and up to a jitter later, so
 * that nothing periodic at an endpoint meets every probe or none. Jitter does not add up, and turns that were missed are
 * not made up for. `random` is in [0, 1).
 */
export function nextTurnMs({ phase, intervalMs }: Beat, lastMs: number, random: number): number {
  const turn = Math.floor(lastMs / intervalMs - phase + ROUNDING) + 1;
  return (turn + phase) * intervalMs + random * Math.min(JITTER_PART * intervalMs, MAX_JITTER_MS);
}
