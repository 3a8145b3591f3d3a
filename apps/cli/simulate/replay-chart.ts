import type { PanelChart, PanelLine } from '#charts/panel-chart.js';
import type { PairPlan, Plan } from '#core/plan/plan.js';

/** A cycle that was decided again, oldest first in a list. */
export interface DecidedCycle {
  readonly id: number;
  readonly plan: Plan;
}

type Point = PanelLine['points'][number];

/** What a lone cycle is drawn as wide as. */
const USUAL_STEP_SECONDS = 15;

/**
 * What the cycles saw and decided: each origin's load against its capacity, with what is expected of the last plan at the
 * end; and the shares where most moved.
 */
export function replayChart(cycles: readonly DecidedCycle[]): PanelChart {
  const times = timesOf(cycles);
  const end = endAfter(times);
  const plans = cycles.map(({ plan }) => plan);
  const pair = liveliestPair(plans);
  return {
    title: titleOf(cycles.map(({ id }) => id)),
    subtitle: 'decided again; dotted: capacities; at the end, what is expected of the last plan',
    timeAxis: { name: 'time in seconds', max: end },
    panels: [
      { name: 'connections/s', lines: loadLines(plans, times, end) },
      ...(pair === null ? [] : [{ name: `share at ${pair.edge} in %`, lines: shareLines(plans, times, end, pair) }]),
    ],
    marks: [],
  };
}

/** In seconds since the first decision. */
function timesOf(cycles: readonly DecidedCycle[]): readonly number[] {
  const firstMs = cycles[0]?.plan.decidedAtMs ?? 0;
  return cycles.map(({ plan }) => (plan.decidedAtMs - firstMs) / 1_000);
}

/** The last plan is drawn for as long as the one before it was in force. */
function endAfter(times: readonly number[]): number {
  const [last = 0, before = last - USUAL_STEP_SECONDS] = times.toReversed();
  return last + (last - before);
}

function titleOf(ids: readonly number[]): string {
  return ids.length === 1 ? `Cycle ${String(ids[0])}` : `Cycles ${String(ids[0])} to ${String(ids.at(-1))}`;
}

function loadLines(plans: readonly Plan[], times: readonly number[], end: number): readonly PanelLine[] {
  const names = [...new Set(plans.flatMap(({ origins }) => origins.map(({ origin }) => origin)))].sort();
  return names.flatMap((name) => {
    const seen = plans.flatMap(({ origins }, index) => {
      const outlook = origins.find(({ origin }) => origin === name);
      return outlook === undefined ? [] : [{ outlook, time: times[index] ?? 0 }];
    });
    const load = seen.map(({ outlook, time }): Point => [time, outlook.measuredLoad]);
    const limit = seen.flatMap(({ outlook: { capacity }, time }): Point[] =>
      capacity === null ? [] : [[time, capacity]],
    );
    const last = seen.at(-1)?.outlook;
    return [
      { name, look: 'line' as const, points: [...load, ...atEnd(end, last?.expectedLoad)] },
      { name, look: 'limit' as const, points: [...limit, ...atEnd(end, last?.capacity)] },
    ].filter(({ points }) => points.length > 0);
  });
}

function atEnd(end: number, value: number | null | undefined): readonly Point[] {
  return value === null || value === undefined ? [] : [[end, value]];
}

/** A share stays until the next cycle: two points where it changes. */
function shareLines(
  plans: readonly Plan[],
  times: readonly number[],
  end: number,
  pair: PairPlan,
): readonly PanelLine[] {
  const pairs = plans.map((plan) => plan.pairs.find((each) => isSame(each, pair)));
  return pair.shares.map(({ origin }): PanelLine => {
    const points = pairs.flatMap((each, index): readonly Point[] => {
      const share = each?.shares.find((decision) => decision.origin === origin);
      if (share === undefined) return [];
      const [time, until] = [times[index] ?? 0, times[index + 1] ?? end];
      const before: readonly Point[] = share.previousShare === null ? [] : [[time, 100 * share.previousShare]];
      return [...before, [time, 100 * share.share], [until, 100 * share.share]];
    });
    return { name: origin, look: 'line', points };
  });
}

/** Where the plans together moved most; of none, the first pair there is. */
function liveliestPair(plans: readonly Plan[]): PairPlan | null {
  const pairs = plans.at(-1)?.pairs ?? [];
  const moved = (pair: PairPlan): number =>
    plans
      .flatMap((plan) => plan.pairs.filter((each) => isSame(each, pair)))
      .flatMap(({ shares }) => shares)
      .reduce((sum, { share, previousShare }) => sum + Math.abs(share - (previousShare ?? share)), 0);
  const movements = pairs.map(moved);
  return pairs[movements.indexOf(Math.max(...movements))] ?? null;
}

function isSame(left: PairPlan, right: PairPlan): boolean {
  return left.loadBalancer === right.loadBalancer && left.edge === right.edge;
}
