import type { LoadSeries } from '../metrics/load-series.js';
import type { PairName } from '../metrics/share-history.js';
import type { Run } from '../run/run.js';
import type { ScenarioResult } from '../run/simulate.js';
import { describeEvent } from './describe-event.js';
import { strongestRival } from './strongest-rival.js';

/** A result as panels of lines over time; how they look is for whoever draws them. */
export interface ScenarioChart {
  readonly title: string;
  readonly subtitle: string;
  readonly timeAxis: { readonly name: string; readonly max: number };
  readonly panels: readonly ChartPanel[];
  readonly marks: readonly { readonly time: number; readonly label: string }[];
}

interface ChartPanel {
  readonly name: string;
  readonly lines: readonly ChartLine[];
}

interface ChartLine {
  readonly name: string;
  readonly look: 'line' | 'dashed' | 'limit';
  readonly points: readonly (readonly [time: number, value: number])[];
}

interface TimeUnit {
  readonly name: string;
  readonly seconds: number;
}

/** A capacity so much above all loads would only make them look small. */
const SHOWN_LIMIT = 1.5;

/** Loads beside capacities under Weir and the strongest rival, and the shares of the pair where most happened. */
export function scenarioChart({ scenario, runs }: ScenarioResult): ScenarioChart {
  const unit: TimeUnit =
    scenario.durationSeconds > 7_200 ? { name: 'hours', seconds: 3_600 } : { name: 'minutes', seconds: 60 };
  const rivalName = strongestRival(runs);
  const [weir, rival] = [runs.get('weir'), rivalName === null ? undefined : runs.get(rivalName)];
  const pair = (weir ?? rival)?.shares.liveliestPair() ?? null;
  return {
    title: `${scenario.name}: ${scenario.title}`,
    subtitle: `dotted: capacities${rival === undefined ? '' : `; shares: Weir’s as lines, those of ${String(rivalName)} dashed`}`,
    timeAxis: { name: `time in ${unit.name}`, max: scenario.durationSeconds / unit.seconds },
    panels: [
      ...(weir === undefined ? [] : [loadPanel('Weir', weir.series, unit)]),
      ...(rival === undefined ? [] : [loadPanel(String(rivalName), rival.series, unit)]),
      ...(pair === null ? [] : [sharePanel(pair, weir, rival, unit)]),
    ],
    marks: scenario.events.map(({ atSeconds, event }) => ({
      time: atSeconds / unit.seconds,
      label: describeEvent(event),
    })),
  };
}

/** New connections per second, or open ones where those are what is limited. */
function loadPanel(policy: string, { origins, timesSeconds }: LoadSeries, unit: TimeUnit): ChartPanel {
  const countsOpen = origins.some(({ openLimits }) => openLimits.some(Number.isFinite));
  const line = (name: string, look: ChartLine['look'], values: readonly number[]): ChartLine => ({
    name,
    look,
    points: timesSeconds.map((time, index) => [time / unit.seconds, values[index] ?? 0]),
  });
  const highest = Math.max(...origins.flatMap(({ loads, open }) => (countsOpen ? open : loads)));
  return {
    name: `${policy}: ${countsOpen ? 'open connections' : 'connections/s'}`,
    lines: origins.flatMap(({ origin, loads, open, rateLimits, openLimits }) => {
      const limits = countsOpen ? openLimits : rateLimits;
      const load = line(origin, 'line', countsOpen ? open : loads);
      return Math.max(...limits) <= SHOWN_LIMIT * highest ? [load, line(origin, 'limit', limits)] : [load];
    }),
  };
}

function sharePanel(pair: PairName, weir: Run | undefined, rival: Run | undefined, unit: TimeUnit): ChartPanel {
  const origins = (weir ?? rival)?.series.origins.map(({ origin }) => origin) ?? [];
  const lines = (run: Run | undefined, look: ChartLine['look']): readonly ChartLine[] =>
    run === undefined
      ? []
      : origins.map((origin) => ({ name: origin, look, points: shareSteps(run, pair, origin, unit) }));
  return {
    name: `share at ${pair.edge} in %`,
    lines: [...lines(weir, 'line'), ...lines(rival, weir === undefined ? 'line' : 'dashed')],
  };
}

/** A share stays until the next cycle: two points where it changes, and none between. */
function shareSteps({ shares }: Run, pair: PairName, origin: string, unit: TimeUnit): ChartLine['points'] {
  const line = shares.line(pair, origin);
  const { timesSeconds } = shares;
  return line.flatMap((share, index): ChartLine['points'] => {
    const time = (timesSeconds[index] ?? 0) / unit.seconds;
    const before = line[index - 1];
    if (before === undefined) return [[time, 100 * share]];
    if (before === share && index < line.length - 1) return [];
    return [
      [time, 100 * before],
      [time, 100 * share],
    ];
  });
}
