/** Colours for figures; names of what tokens.css defines. */

const LOAD_STEPS: readonly (readonly [below: number, colour: string])[] = [
  [0.4, 'var(--load-0)'],
  [0.65, 'var(--load-1)'],
  [0.85, 'var(--load-2)'],
  [0.98, 'var(--load-3)'],
  [1.05, 'var(--load-4)'],
];

/** Of a load as a part of the capacity; `null` where there is no limit. */
export function loadColour(utilization: number | null): string {
  if (utilization === null) return 'var(--load-none)';
  return LOAD_STEPS.find(([below]) => utilization < below)?.[1] ?? 'var(--load-5)';
}

const RTT_STEPS: readonly (readonly [below: number, colour: string])[] = [
  [10, 'var(--rtt-0)'],
  [30, 'var(--rtt-1)'],
  [80, 'var(--rtt-2)'],
  [150, 'var(--rtt-3)'],
];

export function rttColour(rttMs: number | null): string {
  if (rttMs === null) return 'var(--load-none)';
  return RTT_STEPS.find(([below]) => rttMs < below)?.[1] ?? 'var(--rtt-4)';
}

export interface LegendEntry {
  readonly colour: string;
  readonly text: string;
}

export const LOAD_LEGEND: readonly LegendEntry[] = [
  { colour: 'var(--load-1)', text: 'has room' },
  { colour: 'var(--load-2)', text: '65 to 85 %' },
  { colour: 'var(--load-3)', text: 'nearly full' },
  { colour: 'var(--load-4)', text: 'full' },
  { colour: 'var(--load-5)', text: 'overloaded' },
  { colour: 'var(--load-none)', text: 'not limited' },
];

export const RTT_LEGEND: readonly LegendEntry[] = [
  { colour: 'var(--rtt-0)', text: 'below 10 ms' },
  { colour: 'var(--rtt-1)', text: '10 to 30' },
  { colour: 'var(--rtt-2)', text: '30 to 80' },
  { colour: 'var(--rtt-3)', text: '80 to 150' },
  { colour: 'var(--rtt-4)', text: '150 ms and more' },
];

const ORIGIN_COLOURS = 8;

/** One of eight, by its place among those beside it. */
export function originColour(index: number): string {
  return `var(--one-${index % ORIGIN_COLOURS})`;
}
