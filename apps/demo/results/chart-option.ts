import type { LineSeriesOption } from 'echarts/charts';
import type { LegendComponentOption, TitleComponentOption } from 'echarts/components';
import { FAINT, FONT, FONT_SIZE, INK } from '#charts/chart-style.js';
import type { ChartOption, ChartSize } from '#charts/svg-chart.js';
import type { Row } from '../experiment/row.js';
import { EDGES, NEAR_CAPACITY_PER_SECOND, RATE_WINDOW_SECONDS } from '../experiment/scenario.js';
import { COLOURS } from './colours.js';
import { phaseAreas } from './phase-areas.js';

type Point = [timeSeconds: number, value: number];

const TICK_SECONDS = 10;
/** Room above the highest line for the labels of what happened. */
const HIGHEST_RATE = 500;

export const CHART_SIZE: ChartSize = { width: 1000, height: 660 };

/** The run in two panels over one time axis: loads, and the near origin's share at each edge. */
export function chartOption(rows: readonly Row[], cycleSeconds: number): ChartOption {
  const endSeconds = Math.ceil(rows.at(-1)?.timeSeconds ?? 1);
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT, fontSize: FONT_SIZE, color: INK },
    title: title(cycleSeconds),
    legend: [legend(58, ['demand', 'near origin', 'far origin']), legend(432, [...EDGES])],
    grid: [
      { left: 72, right: 28, top: 96, height: 300 },
      { left: 72, right: 28, top: 466, height: 130 },
    ],
    xAxis: [timeAxis(0, endSeconds), timeAxis(1, endSeconds)],
    yAxis: [valueAxis(0, 'connections per second', HIGHEST_RATE, 100), valueAxis(1, 'near’s share in %', 100, 25)],
    series: [...loadSeries(rows), ...shareSeries(rows)],
  };
}

function title(cycleSeconds: number): TitleComponentOption {
  return {
    text: 'Demand above a near origin’s capacity: the excess moves on, the near origin stays full',
    subtext: `Two edges, cycles of ${cycleSeconds} s (15 s in production), at most 2 points of share moved in one, 25 off an overloaded origin; rates over ${RATE_WINDOW_SECONDS} s`,
    left: 16,
    top: 8,
    itemGap: 6,
    textStyle: { fontFamily: FONT, fontSize: 17, fontWeight: 'bold', color: INK },
    subtextStyle: { fontFamily: FONT, fontSize: FONT_SIZE, color: INK },
  };
}

function legend(top: number, names: string[]): LegendComponentOption {
  return {
    top,
    left: 64,
    data: names,
    icon: 'rect',
    itemWidth: 26,
    itemHeight: 4,
    itemGap: 24,
    textStyle: { fontFamily: FONT, fontSize: FONT_SIZE, color: INK },
  };
}

function timeAxis(gridIndex: number, endSeconds: number): object {
  const isLowest = gridIndex === 1;
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max: endSeconds,
    interval: TICK_SECONDS,
    name: isLowest ? 'time in seconds' : '',
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { fontSize: FONT_SIZE, color: INK },
    axisLabel: { show: isLowest, fontSize: FONT_SIZE, color: INK, showMaxLabel: endSeconds % TICK_SECONDS === 0 },
    axisLine: { lineStyle: { color: INK } },
    splitLine: { show: false },
  };
}

function valueAxis(gridIndex: number, name: string, max: number, interval: number): object {
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max,
    interval,
    name,
    nameLocation: 'middle',
    nameGap: 48,
    nameTextStyle: { fontSize: FONT_SIZE, color: INK },
    axisLabel: { fontSize: FONT_SIZE, color: INK },
    splitLine: { lineStyle: { color: FAINT } },
  };
}

function loadSeries(rows: readonly Row[]): LineSeriesOption[] {
  return [
    {
      ...line(
        'demand',
        COLOURS.demand,
        pointsOf(rows, (row) => row.demandPerSecond),
      ),
      lineStyle: { color: COLOURS.demand, width: 1.5, type: 'dashed' },
      markArea: phaseAreas(rows, { isLabelled: true }),
    },
    {
      ...line(
        'near origin',
        COLOURS.near,
        pointsOf(rows, (row) => row.nearPerSecond),
      ),
      lineStyle: { color: COLOURS.near, width: 3 },
      markLine: capacityLine(),
    },
    line(
      'far origin',
      COLOURS.far,
      pointsOf(rows, (row) => row.farPerSecond),
    ),
  ];
}

function shareSeries(rows: readonly Row[]): LineSeriesOption[] {
  return EDGES.map((edge, index) => {
    const colour = COLOURS.edges[index] ?? INK;
    const share = (row: Row): number => (row.edges.find((edgeRow) => edgeRow.edge === edge)?.nearShare ?? 0) * 100;
    return {
      ...line(edge, colour, pointsOf(rows, share)),
      // Both edges decide nearly alike: the second is drawn as dashes on the first.
      lineStyle: { color: colour, width: index === 0 ? 4 : 2, type: index === 0 ? 'solid' : 'dashed' },
      step: 'end',
      xAxisIndex: 1,
      yAxisIndex: 1,
      ...(index === 0 ? { markArea: phaseAreas(rows, { isLabelled: false }) } : {}),
    };
  });
}

function line(name: string, colour: string, data: Point[]): LineSeriesOption {
  return {
    type: 'line',
    name,
    data,
    showSymbol: false,
    silent: true,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2 },
  };
}

function pointsOf(rows: readonly Row[], value: (row: Row) => number): Point[] {
  return rows.map((row) => [row.timeSeconds, value(row)]);
}

function capacityLine(): NonNullable<LineSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: COLOURS.limit, width: 1.5, type: 'dotted' },
    label: {
      formatter: `near’s capacity, ${NEAR_CAPACITY_PER_SECOND}/s`,
      position: 'insideEndTop',
      fontFamily: FONT,
      fontSize: FONT_SIZE,
      color: COLOURS.limit,
    },
    data: [{ yAxis: NEAR_CAPACITY_PER_SECOND }],
  };
}
