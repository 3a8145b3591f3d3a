import { type Row, shareMoves } from './row.js';
import { isAtCapacity, NEAR_CAPACITY_PER_SECOND, TOLERANCE } from './scenario.js';

/** One thing the run was to show, and what it showed. */
export interface Finding {
  readonly claim: string;
  readonly measured: string;
  readonly isShown: boolean;
}

/** Offered at least so many times its capacity, the near origin has something to be relieved of. */
const CLEAR_OVERLOAD = 1.25;
/** Largest move of a share in one cycle: away from an overloaded origin, and otherwise. */
const RELIEF_POINTS = 25;
const DAMPING_POINTS = 2;
const RELIEF_CYCLES = 10;
const HOLD_CYCLES = 20;
/** Two failed probes half a second apart, a report, a cycle; and a busy laptop. */
const LONGEST_DETECTION_SECONDS = 5;
const REFILL_CYCLES = 5;
/** Decided shares are rounded. */
const ROUNDING_POINTS = 0.05;

/** Judges the measured series. A run that leaves the near origin alone need not show what happens when it is killed. */
export function judgeRun(rows: readonly Row[]): readonly Finding[] {
  const hasOutage = rows.some(({ phase }) => phase === 'outage');
  const hasRefill = rows.some(({ phase }) => phase === 'refill');
  return [
    judgePeak(rows),
    judgeRelief(rows),
    judgeHold(rows),
    judgeSwing(rows),
    judgeFailures(rows),
    ...(hasOutage ? [judgeOutage(rows)] : []),
    ...(hasRefill ? [judgeRefill(rows)] : []),
  ];
}

function judgePeak(rows: readonly Row[]): Finding {
  const peak = Math.max(0, ...rows.map(({ nearPerSecond }) => nearPerSecond));
  return {
    claim: `near is offered far more than its ${NEAR_CAPACITY_PER_SECOND}/s at first`,
    measured: `peak ${peak.toFixed(0)}/s, ${percentOfCapacity(peak)} of its capacity`,
    isShown: peak >= NEAR_CAPACITY_PER_SECOND * CLEAR_OVERLOAD,
  };
}

/** From the first cycle that saw too much to the first that found the load at the capacity. */
function judgeRelief(rows: readonly Row[]): Finding {
  const claim = `it is relieved within ${RELIEF_CYCLES} cycles, by at most ${RELIEF_POINTS} points in one`;
  const first = rows.findIndex(({ phase, nearPerSecond }) => phase === 'draw-down' && isAboveCapacity(nearPerSecond));
  const last = rows.findIndex(({ phase }) => phase === 'hold');
  if (first < 0 || last < first) return { claim, measured: 'it was not', isShown: false };
  const falls = movesWithin(rows.slice(Math.max(0, first - 1), last + 1)).filter((points) => points < 0);
  const largest = Math.max(0, ...falls.map((points) => -points));
  return {
    claim,
    measured: `${last - first} cycles, the largest move of ${largest.toFixed(1)} points`,
    isShown: last - first <= RELIEF_CYCLES && largest <= RELIEF_POINTS + ROUNDING_POINTS,
  };
}

function isAboveCapacity(ratePerSecond: number): boolean {
  return ratePerSecond > NEAR_CAPACITY_PER_SECOND * (1 + TOLERANCE);
}

function judgeHold(rows: readonly Row[]): Finding {
  const hold = rows.filter(({ phase }) => phase === 'hold').map(({ nearPerSecond }) => nearPerSecond);
  const cycles = longestRun(hold, isAtCapacity);
  const claim = `near is held within ${TOLERANCE * 100} % of ${NEAR_CAPACITY_PER_SECOND}/s for ${HOLD_CYCLES} cycles or more`;
  if (hold.length === 0) return { claim, measured: 'it never came down to its capacity', isShown: false };
  const mean = hold.reduce((sum, rate) => sum + rate, 0) / hold.length;
  const range = `${percentOfCapacity(Math.min(...hold))} to ${percentOfCapacity(Math.max(...hold))}`;
  return {
    claim,
    measured: `${cycles} of ${hold.length} cycles in a row; mean ${percentOfCapacity(mean)}, ${range}`,
    isShown: cycles >= HOLD_CYCLES,
  };
}

function judgeSwing(rows: readonly Row[]): Finding {
  const hold = rows.filter(({ phase }) => phase === 'hold');
  const swing = Math.max(0, ...movesWithin(hold).map((points) => Math.abs(points)));
  return {
    claim: `no share moves by more than ${DAMPING_POINTS} points in a cycle once settled`,
    measured: hold.length < 2 ? 'it never settled' : `largest move ${swing.toFixed(1)} points`,
    isShown: hold.length >= 2 && swing <= DAMPING_POINTS + ROUNDING_POINTS,
  };
}

function judgeFailures(rows: readonly Row[]): Finding {
  const steady = rows.filter(({ phase }) => phase !== 'outage' && phase !== 'refill');
  const failed = sumOf(steady, (row) => row.failedConnections);
  return {
    claim: 'no connection fails while both origins are up',
    measured: `${failed} failed, ${sumOf(steady, (row) => row.answeredConnections)} answered`,
    isShown: failed === 0,
  };
}

function judgeOutage(rows: readonly Row[]): Finding {
  const first = rows.findIndex(({ phase }) => phase === 'outage');
  const outage = rows.slice(first).filter(({ phase }) => phase === 'outage');
  const killedAtSeconds = rows[first - 1]?.timeSeconds ?? 0;
  const emptied = outage.find(({ edges }) => edges.every(({ nearShare }) => nearShare === 0));
  const failed = sumOf(outage, (row) => row.failedConnections);
  const claim = 'killed, near loses its share at once';
  if (emptied === undefined) return { claim, measured: `it kept a share; ${failed} failed`, isShown: false };
  const seconds = emptied.timeSeconds - killedAtSeconds;
  const steps = largestNumberOfFalls(rows.slice(Math.max(0, first - 1), rows.indexOf(emptied) + 1));
  return {
    claim,
    measured: `gone after ${seconds.toFixed(1)} s, in ${steps} ${steps === 1 ? 'step' : 'steps'}; ${failed} connections failed meanwhile`,
    isShown: steps <= 1 && seconds <= LONGEST_DETECTION_SECONDS,
  };
}

function judgeRefill(rows: readonly Row[]): Finding {
  const first = rows.findIndex(({ phase }) => phase === 'refill');
  const refill = rows.filter(({ phase }, index) => phase === 'refill' || index === first - 1);
  const largest = Math.max(0, ...movesWithin(refill));
  const rises = consecutive(refill).filter(([before, after]) => shareMoves(before, after).every((move) => move > 0));
  const shares = refill.at(-1)?.edges.map(({ nearShare }) => `${(nearShare * 100).toFixed(0)} %`) ?? [];
  return {
    claim: `back again, near is filled by at most ${DAMPING_POINTS} points a cycle`,
    measured: `${rises.length} rises, the largest of ${largest.toFixed(1)} points; now at ${shares.join(' and ')}`,
    isShown: rises.length >= REFILL_CYCLES && largest <= DAMPING_POINTS + ROUNDING_POINTS,
  };
}

/** Moves of all edges' near shares between consecutive rows, in points. */
function movesWithin(rows: readonly Row[]): readonly number[] {
  return consecutive(rows).flatMap(([before, after]) => shareMoves(before, after).map((move) => move * 100));
}

/** In how many cycles an edge's near share fell further than damping allows; of the edge that needed most. */
function largestNumberOfFalls(rows: readonly Row[]): number {
  const falls = new Map<number, number>();
  for (const [before, after] of consecutive(rows)) {
    shareMoves(before, after).forEach((move, edge) => {
      if (move * 100 < -DAMPING_POINTS - ROUNDING_POINTS) falls.set(edge, (falls.get(edge) ?? 0) + 1);
    });
  }
  return Math.max(0, ...falls.values());
}

function consecutive(rows: readonly Row[]): readonly (readonly [before: Row, after: Row])[] {
  return rows.slice(1).flatMap((after, index) => {
    const before = rows[index];
    return before === undefined ? [] : [[before, after] as const];
  });
}

function longestRun(values: readonly number[], isGood: (value: number) => boolean): number {
  let longest = 0;
  let current = 0;
  for (const value of values) {
    current = isGood(value) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

function percentOfCapacity(ratePerSecond: number): string {
  return `${((ratePerSecond / NEAR_CAPACITY_PER_SECOND) * 100).toFixed(1)} %`;
}

function sumOf(rows: readonly Row[], figure: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + figure(row), 0);
}
