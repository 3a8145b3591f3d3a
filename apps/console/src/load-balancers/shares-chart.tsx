import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { Chart, type ChartLooks, resolved } from '../charts/chart.js';
import { DataTable } from '../controls/data-table.js';
import { inPercent, timeOfDay } from '../format/figures.js';
import { REASONS, reasonTone } from '../format/reasons.js';
import { originColour } from '../format/scales.js';
import { shareColumns, type ShareColumns, sharesAt } from './share-columns.js';
import type { Schemas } from '#client/weir-client.js';

interface SharesChartProps {
  readonly edge: string;
  readonly changes: Schemas['ShareHistory']['edges'][number]['changes'];
  readonly origins: readonly string[];
  /** When the newest decision was made, in seconds since the epoch. */
  readonly now: number;
}

/** Shares of one edge over time; every decision has its mark, and says why. */
export function SharesChart({ edge, changes, origins, now }: SharesChartProps): JSX.Element {
  const columns = useMemo(() => shareColumns(changes, origins, now), [changes, origins, now]);
  // The largest sum first: what comes later is painted over it.
  const data = useMemo<uPlot.AlignedData>(
    () => [[...columns.times], ...columns.sums.toReversed().map((sum) => [...sum])],
    [columns],
  );
  const moves = columns.changes.flatMap((change, index) => (change?.reason == null ? [] : [index]));
  const newest = useRef(columns);
  newest.current = columns;
  const looks = useMemo(() => looksOf(origins, () => newest.current), [origins]);
  return (
    <>
      <Chart
        data={data}
        looks={looks}
        looksKey={origins.join(' ')}
        height={170}
        label={`Shares of ${edge} over time, ${moves.length} decisions. Arrow keys go from decision to decision.`}
        describe={(index) => <Told columns={columns} index={index} />}
        stops={[...moves, columns.times.length - 1]}
      />
      <DataTable
        label={`Shares of ${edge} over time`}
        columns={[{ header: 'Time' }, ...origins.map((header) => ({ header, isNumber: true })), { header: 'Because' }]}
        rows={() => shareRows(columns)}
      />
    </>
  );
}

/** Newest first: that is what one asks for. */
function shareRows(columns: ShareColumns): readonly (readonly string[])[] {
  return columns.times
    .map((time, index) => [
      columns.changes[index] === null ? 'now' : timeOfDay(time * 1_000),
      ...sharesAt(columns, index).map(({ share }) => inPercent(share)),
      columns.changes[index]?.sentence ?? '',
    ])
    .toReversed();
}

function Told({ columns, index }: { readonly columns: ShareColumns; readonly index: number }): JSX.Element {
  const change = columns.changes[index] ?? null;
  return (
    <>
      <span>{change === null ? 'Now' : timeOfDay(change.decidedAt)}</span>
      {sharesAt(columns, index)
        .filter(({ share }) => share > 0)
        .map(({ origin, share }) => (
          <span key={origin}>
            <strong>{inPercent(share)}</strong> {origin}
          </span>
        ))}
      {change?.sentence != null && change.reason != null && (
        <span>
          <span class={`tag ${reasonTone(change.reason)}`}>{REASONS[change.reason].name}</span> {change.sentence}
        </span>
      )}
    </>
  );
}

const stepped = uPlot.paths.stepped?.({ align: 1 });

function looksOf(origins: readonly string[], columnsNow: () => ShareColumns): ChartLooks {
  return {
    series: origins
      .map((_origin, place): uPlot.Series => ({
        stroke: 'var(--surface)',
        width: 1,
        fill: originColour(place),
        points: { show: false },
        ...(stepped !== undefined && { paths: stepped }),
      }))
      .toReversed(),
    yRange: () => [0, 1.08],
    yValue: (value) => (value > 1 ? '' : inPercent(value)),
    draw: (plot) => {
      drawMarks(plot, columnsNow());
    },
  };
}

const TONES = { '': '--ink-3', warn: '--load-4', bad: '--load-5' } as const;

/** A triangle above the shares for each decision, in the colour of its urgency. */
function drawMarks(plot: uPlot, { changes, times }: ShareColumns): void {
  const { ctx } = plot;
  const style = getComputedStyle(document.documentElement);
  const size = 4.5 * devicePixelRatio;
  changes.forEach((change, index) => {
    if (change?.reason == null) return;
    const x = plot.valToPos(times[index] ?? 0, 'x', true);
    const y = plot.valToPos(1, 'y', true) - 2 * devicePixelRatio;
    ctx.fillStyle = resolved(`var(${TONES[reasonTone(change.reason)]})`, style);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x - size, y - 1.6 * size);
    ctx.lineTo(x + size, y - 1.6 * size);
    ctx.fill();
  });
}
