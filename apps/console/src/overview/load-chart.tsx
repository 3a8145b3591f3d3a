import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { Chart, type ChartLooks } from '../charts/chart.js';
import { type DataColumn, DataTable } from '../controls/data-table.js';
import { inPercent, inRate, timeOfDay } from '../format/figures.js';
import type { LoadSeries, OriginSeries } from './load-series.js';

interface LoadChartProps {
  readonly origin: string;
  readonly series: LoadSeries;
  readonly height?: number;
}

const NOTHING: OriginSeries = { load: [], capacity: [] };

/** One origin's load against its capacity: blue what fits, red what does not. */
export function LoadChart({ origin, series, height = 150 }: LoadChartProps): JSX.Element {
  const { load, capacity } = series.origins.get(origin) ?? NOTHING;
  const data = useMemo<uPlot.AlignedData>(() => [[...series.times], [...load], [...capacity]], [series, origin]);
  const last = load.at(-1) ?? null;
  const limit = capacity.at(-1) ?? null;
  const told =
    limit === null ? `${inRate(last)} per second, not limited` : `${inRate(last)} of ${inRate(limit)} per second`;
  const describe = (index: number): JSX.Element => {
    const [now, most] = [load[index] ?? null, capacity[index] ?? null];
    const at = series.times[index];
    return (
      <>
        <span>{at === undefined ? '' : timeOfDay(at * 1_000)}</span>
        <span>
          <strong>{inRate(now)}</strong> /s
        </span>
        <span>{most === null ? 'not limited' : `of ${inRate(most)}/s, ${inPercent((now ?? 0) / most)}`}</span>
      </>
    );
  };
  return (
    <>
      <Chart
        data={data}
        looks={LOOKS}
        looksKey="load"
        height={height}
        label={`Load of ${origin} over time against its capacity; now ${told}. Arrow keys go through the cycles.`}
        describe={describe}
      />
      <DataTable
        label={`Load of ${origin} over time`}
        columns={COLUMNS}
        rows={() => loadRows(series.times, { load, capacity })}
      />
    </>
  );
}

const COLUMNS: readonly DataColumn[] = [
  { header: 'Time' },
  { header: 'Load', isNumber: true },
  { header: 'Capacity', isNumber: true },
  { header: 'Utilisation', isNumber: true },
];

/** Newest first: that is what one asks for. */
function loadRows(times: LoadSeries['times'], { load, capacity }: OriginSeries): readonly (readonly string[])[] {
  return times
    .map((time, index) => {
      const [now, most] = [load[index] ?? null, capacity[index] ?? null];
      const used = now === null || most === null ? null : now / most;
      return [timeOfDay(time * 1_000), inRate(now), most === null ? 'not limited' : inRate(most), inPercent(used)];
    })
    .toReversed();
}

const stepped = uPlot.paths.stepped?.({ align: 1 });

/** The data's own largest value may be all there is to see. */
const LEAST_RANGE = 10;

const LOOKS: ChartLooks = {
  series: [
    { stroke: 'var(--load-2)', width: 1.75, fill: 'var(--load-2)/22', points: { show: false } },
    {
      stroke: 'var(--ink-2)',
      width: 1.25,
      dash: [5, 4],
      points: { show: false },
      ...(stepped !== undefined && { paths: stepped }),
    },
  ],
  bands: [{ series: [1, 2], fill: 'var(--load-5)/45' }],
  yRange: (max) => [0, Math.max(LEAST_RANGE, (Number.isFinite(max) ? max : 0) * 1.12)],
  yValue: (value) => inRate(value),
};
