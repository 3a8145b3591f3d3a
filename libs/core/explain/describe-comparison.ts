import { inMs, inRate, listedUpTo } from './figures.js';
import type { OriginComparison, PlanComparison } from './plan-comparison.js';

const MOST_ORIGINS = 3;

/** A difference below this part of the larger figure is none. */
const SAME_WITHIN = 0.01;

/** Overload below this, in connections per second, is an origin filled to the brim. */
const LEAST_OVERLOAD = 0.5;

/** One sentence on what differs between two plans. */
export function describeComparison(comparison: Omit<PlanComparison, 'headline'>): string {
  const { pairs, cyclesAtDampedPace } = comparison;
  const changed = pairs.filter(({ isChanged }) => isChanged).length;
  return [
    changed === 0
      ? 'no share changes'
      : `${changed} of ${pairs.length} ${pairs.length === 1 ? 'pair changes' : 'pairs change'}`,
    ...latencyChange(comparison),
    ...loadChanges(comparison),
    ...overloadChange(comparison),
    ...(changed === 0 ? [] : [describePace(cyclesAtDampedPace)]),
  ].join('; ');
}

function latencyChange({ meanRttMs: { before, after } }: Pick<PlanComparison, 'meanRttMs'>): readonly string[] {
  if (before === null || after === null || isSame(before, after)) return [];
  return [`mean latency goes from ${inMs(before)} to ${inMs(after)}`];
}

/** The origins whose load changes most, largest change first. */
function loadChanges({ origins }: Pick<PlanComparison, 'origins'>): readonly string[] {
  const changed = origins.filter(({ expectedLoad: { before, after } }) => !isSame(before ?? 0, after ?? 0));
  const largestFirst = changed.toSorted((one, other) => changeOf(other) - changeOf(one));
  const words = largestFirst.map(describeLoadChange);
  return words.length === 0 ? [] : [listedUpTo(MOST_ORIGINS, words)];
}

function describeLoadChange({ origin, expectedLoad: { before, after }, capacity }: OriginComparison): string {
  const limit = capacity.after === null ? '' : ` of ${inRate(capacity.after)}`;
  return `${origin} goes from ${inRate(before ?? 0)} to ${inRate(after ?? 0)}${limit}/s`;
}

function overloadChange({ overload: { before, after } }: Pick<PlanComparison, 'overload'>): readonly string[] {
  if (after >= LEAST_OVERLOAD) return [`overload is ${inRate(after)}/s, and was ${inRate(before)}/s`];
  return before >= LEAST_OVERLOAD ? [`the overload of ${inRate(before)}/s ends`] : [];
}

function describePace(cycles: number | null): string {
  if (cycles === null) return 'some pair may not move that far';
  return `about ${cycles} ${cycles === 1 ? 'cycle' : 'cycles'} at the damped pace`;
}

function isSame(before: number, after: number): boolean {
  return !(Math.abs(after - before) > SAME_WITHIN * Math.max(Math.abs(before), Math.abs(after)));
}

function changeOf({ expectedLoad: { before, after } }: OriginComparison): number {
  return Math.abs((after ?? 0) - (before ?? 0));
}
