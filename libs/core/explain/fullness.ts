import type { OriginOutlook } from '../plan/plan.js';
import { inRate } from './figures.js';

/** Filled to within this part of its capacity, an origin counts as full. */
const FULL_FROM = 0.98;

/** Up to this part of a level a load counts as at it, and no further. */
const AT_LEVEL_TO = 1.02;

/** Beyond this it is more than full. */
const OVERLOADED_FROM = 1.05;

/** Is this load as much as fits? Both in connections per second; NaN is not. */
export function isFilled(load: number, limit: number): boolean {
  return load >= limit * FULL_FROM;
}

/** Is the load neither clearly below a level nor clearly above it? */
export function isAtLevel(load: number, level: number): boolean {
  return isFilled(load, level) && load <= level * AT_LEVEL_TO;
}

/** Is the origin full, now or with the shares just decided? */
export function isFull({ capacity, measuredLoad, expectedLoad }: OriginOutlook): boolean {
  return capacity !== null && (isFilled(measuredLoad, capacity) || isFilled(expectedLoad, capacity));
}

/** Does more come than it can take, now or with the shares just decided? */
export function isOverloaded({ capacity, measuredLoad, expectedLoad }: OriginOutlook): boolean {
  return capacity !== null && Math.max(measuredLoad, expectedLoad) > capacity * OVERLOADED_FROM;
}

/** Is there still room once the shares just decided are in force? */
export function hasRoom({ capacity, expectedLoad }: OriginOutlook): boolean {
  return capacity === null || expectedLoad < capacity * FULL_FROM;
}

/** `near is full (392 of 200/s)`: the measured load where that fills it already, else the expected one, and says so. */
export function describeFullness(outlook: OriginOutlook): string {
  const { origin, capacity, measuredLoad, expectedLoad } = outlook;
  const limit = capacity ?? 0;
  if (limit <= 0) return `${origin} has no capacity (${inRate(Math.max(measuredLoad, expectedLoad))} of 0/s)`;
  const state = isOverloaded(outlook) ? 'overloaded' : 'full';
  const isMeasured = isFilled(measuredLoad, limit) && isMeasuredWorst(outlook, limit);
  return isMeasured
    ? `${origin} is ${state} (${describeLoad(measuredLoad, limit)})`
    : `${origin} is expected to be ${state} (${describeLoad(expectedLoad, limit)})`;
}

/** Full now and overloaded next is news; overloaded now and full next is what is measured. */
function isMeasuredWorst({ measuredLoad, expectedLoad }: OriginOutlook, limit: number): boolean {
  const isOver = (load: number) => load > limit * OVERLOADED_FROM;
  return isOver(measuredLoad) || !isOver(expectedLoad);
}

/** `392 of 200/s`. */
export function describeLoad(load: number, limit: number): string {
  return `${inRate(load)} of ${inRate(limit)}/s`;
}
