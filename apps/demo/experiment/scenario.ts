/** The founding experiment in figures: one near origin that is too small for the demand, and one that is far away. */

/** New connections per second. */
export const DEMAND_PER_SECOND = 400;
export const NEAR_CAPACITY_PER_SECOND = 200;

/** A loopback connect cannot be slowed without root, so the far origin is far by answering late. */
export const FAR_DELAY_MS = 100;

/**
 * Over how long rates are taken, by the scheduler and by the demo's own measurement. With cycles so short, one alone shows
 * every hiccup of a laptop.
 */
export const RATE_WINDOW_SECONDS = 2;

export const EDGES = ['ams-1', 'ams-2'] as const;

/** Near its capacity means within this part of it. */
export const TOLERANCE = 0.05;

/** Is the near origin's load what it should be held at? Connections per second. */
export function isAtCapacity(nearPerSecond: number): boolean {
  return Math.abs(nearPerSecond - NEAR_CAPACITY_PER_SECOND) <= TOLERANCE * NEAR_CAPACITY_PER_SECOND;
}
