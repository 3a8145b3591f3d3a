import type { SchedulerSettings } from '../settings.js';

/**
 * Follows a rise fast and a fall slowly: serving more than expected overloads an origin, serving less only costs latency.
 * `known` and `measured` in connections per second.
 */
export function smoothDemand(
  known: number | undefined,
  measured: number,
  settings: Pick<SchedulerSettings, 'demandRise' | 'demandFall'>,
): number {
  if (known === undefined) return measured;
  const pace = measured > known ? settings.demandRise : settings.demandFall;
  return known + pace * (measured - known);
}

/** A rate that arithmetic can trust: finite and not negative. */
export function isUsableRate(rate: number): boolean {
  return Number.isFinite(rate) && rate >= 0;
}
