import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useTheme } from '../shell/theme.js';

/** A chart over time: columns as uPlot takes them, the first in seconds since the epoch. */
export interface ChartProps {
  readonly data: uPlot.AlignedData;
  /** Looks; drawn anew when `looksKey` changes. Colours may name variables of the style sheet. */
  readonly looks: ChartLooks;
  readonly looksKey: string;
  readonly height: number;
  readonly label: string;
  /** What is told of the moment at the cursor, or of the newest. */
  readonly describe: (index: number) => JSX.Element;
  /** Moments that the arrow keys go to; all where left out. */
  readonly stops?: readonly number[];
}

/** The area between two series, where the first is above the second. */
export interface ChartBand {
  readonly series: readonly [number, number];
  readonly fill: string;
}

export interface ChartLooks {
  readonly series: readonly uPlot.Series[];
  readonly bands?: readonly ChartBand[];
  readonly yRange: (max: number) => readonly [number, number];
  readonly yValue: (value: number) => string;
  readonly draw?: (plot: uPlot) => void;
}

/** Draws, follows its width and the theme, and can be read with the arrow keys. */
export function Chart({ data, looks, looksKey, height, label, describe, stops }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  // A moment, not a place: what is newer moves all places, and what one reads stays.
  const [read, setRead] = useState<number | null>(null);
  const [theme] = useTheme();
  const newest = useRef(data);
  newest.current = data;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new uPlot(optionsOf(looks, element.clientWidth, height, setPointed), newest.current, element);
    plot.current = drawn;
    const watch = new ResizeObserver(() => {
      drawn.setSize({ width: element.clientWidth, height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [looksKey, theme, height]);

  useEffect(() => {
    plot.current?.setData(data);
  }, [data]);

  const [times] = data;
  const last = times.length - 1;
  const shown = Math.min(read === null ? (pointed ?? last) : nearest(times, read), last);
  const step = (event: KeyboardEvent): void => {
    const next = nextStop(event.key, shown, last, stops);
    const moment = next === null ? undefined : times[next];
    if (next === null || moment === undefined || plot.current === null) return;
    event.preventDefault();
    setRead(moment);
  };
  useEffect(() => {
    const drawn = plot.current;
    if (drawn !== null && read !== null) drawn.setCursor({ left: drawn.valToPos(read, 'x'), top: 10 }, false);
  }, [read, data]);
  return (
    <>
      <div
        ref={place}
        class="chart"
        style={{ height: `${height}px` }}
        tabIndex={0}
        role="img"
        aria-label={label}
        onKeyDown={step}
        onBlur={() => {
          setRead(null);
        }}
      />
      <div class="readout" aria-live={read === null ? 'off' : 'polite'}>
        {shown >= 0 ? describe(shown) : <span>Nothing yet</span>}
      </div>
    </>
  );
}

/** The place of the last moment that is not after `moment`. */
function nearest(times: ArrayLike<number>, moment: number): number {
  return Math.max(
    0,
    Array.from(times).findLastIndex((time) => time <= moment),
  );
}

function nextStop(key: string, from: number, last: number, stops?: readonly number[]): number | null {
  const all = stops ?? Array.from({ length: last + 1 }, (_, index) => index);
  switch (key) {
    case 'ArrowLeft':
      return all.findLast((stop) => stop < from) ?? null;
    case 'ArrowRight':
      return all.find((stop) => stop > from) ?? null;
    case 'Home':
      return all[0] ?? null;
    case 'End':
      return all.at(-1) ?? null;
    default:
      return null;
  }
}

const FONT = '11px "Inter Variable", system-ui, sans-serif';

function optionsOf(
  looks: ChartLooks,
  width: number,
  height: number,
  follow: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => resolved(name, style);
  const axis = { stroke: colour('var(--ink-3)'), font: FONT, ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, 6, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 }, sync: { key: 'weir' } },
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [...looks.yRange(max)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: 24,
        values: (_plot, values, _axis, _space, step) => timesOfDay(values, step),
      },
      {
        ...axis,
        grid: { stroke: colour('var(--grid)'), width: 1 },
        size: 44,
        space: 34,
        values: (_plot, values) => values.map((value) => looks.yValue(value)),
      },
    ],
    series: [{}, ...looks.series.map((series) => inColour(series, colour))],
    ...(looks.bands !== undefined && {
      bands: looks.bands.map(({ series, fill }) => ({ series: [...series], fill: colour(fill) })),
    }),
    hooks: {
      setCursor: [
        (drawn) => {
          follow(drawn.cursor.idx ?? null);
        },
      ],
      ...(looks.draw !== undefined && { draw: [looks.draw] }),
    },
  };
}

/** Seconds are told only where ticks are less than a minute apart. */
function timesOfDay(seconds: readonly number[], stepSeconds: number): string[] {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
  const format = new Intl.DateTimeFormat(undefined, stepSeconds < 60 ? { ...options, second: '2-digit' } : options);
  return seconds.map((second) => format.format(second * 1_000));
}

function inColour(series: uPlot.Series, colour: (name: string) => string): uPlot.Series {
  return {
    ...series,
    ...(typeof series.stroke === 'string' && { stroke: colour(series.stroke) }),
    ...(typeof series.fill === 'string' && { fill: colour(series.fill) }),
  };
}

/** A canvas knows no variables. `var(--name)/40` is a colour of that opacity in percent. */
export function resolved(name: string, style: CSSStyleDeclaration): string {
  const match = /^var\((--[\w-]+)\)(?:\/(\d+))?$/.exec(name);
  if (match === null) return name;
  const value = style.getPropertyValue(match[1] ?? '').trim();
  const opacity =
    match[2] === undefined
      ? ''
      : Math.round(Number(match[2]) * 2.55)
          .toString(16)
          .padStart(2, '0');
  return `${value}${opacity}`;
}
