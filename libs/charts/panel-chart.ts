import type { LineSeriesOption } from 'echarts/charts';
import type { LegendComponentOption } from 'echarts/components';
import { COLOURS, FAINT, FONT, FONT_SIZE, INK, LIMIT_COLOUR } from './chart-style.js';
import type { ChartOption, ChartSize } from './svg-chart.js';

/** Panels of lines one below the other, over one axis of time. */
export interface PanelChart {
  readonly title: string;
  readonly subtitle: string;
  readonly timeAxis: { readonly name: string; readonly max: number };
  readonly panels: readonly Panel[];
  /** What happened, as upright lines through all panels; named in the first. */
  readonly marks: readonly { readonly time: number; readonly label: string }[];
}

export interface Panel {
  readonly name: string;
  readonly lines: readonly PanelLine[];
}

export interface PanelLine {
  /** Lines of one name share a colour, in all panels. */
  readonly name: string;
  readonly look: 'line' | 'dashed' | 'limit';
  readonly points: readonly (readonly [time: number, value: number])[];
}

const WIDTH = 1_000;
const LEFT = 80;
const HEAD = 58;
const PANEL_HEIGHT = 210;
/** Above each panel: a line for its legend, below that one for names of marks. */
const PANEL_HEAD = 52;
const PANEL_STEP = PANEL_HEAD + PANEL_HEIGHT + 18;
const FOOT = 40;

export function panelChartSize({ panels }: PanelChart): ChartSize {
  return { width: WIDTH, height: HEAD + panels.length * PANEL_STEP + FOOT };
}

export function panelChartOption(chart: PanelChart): ChartOption {
  const { panels, title, subtitle } = chart;
  const colours = coloursOf(panels);
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT, fontSize: FONT_SIZE, color: INK },
    title: {
      text: title,
      subtext: subtitle,
      left: 16,
      top: 8,
      itemGap: 6,
      textStyle: { fontFamily: FONT, fontSize: 17, fontWeight: 'bold', color: INK },
      subtextStyle: { fontFamily: FONT, fontSize: FONT_SIZE, color: INK },
    },
    legend: panels.map((panel, index) => legend(panel, topOf(index) - 46)),
    grid: panels.map((_, index) => ({ left: LEFT, right: 28, top: topOf(index), height: PANEL_HEIGHT })),
    xAxis: panels.map((_, index) => timeAxis(index, chart)),
    yAxis: panels.map(({ name }, index) => valueAxis(index, name)),
    series: panels.flatMap((panel, index) => panelSeries(panel, index, chart, colours)),
  };
}

function topOf(panel: number): number {
  return HEAD + PANEL_HEAD + panel * PANEL_STEP;
}

/** A colour for each name, in the order in which they appear. */
function coloursOf(panels: readonly Panel[]): ReadonlyMap<string, string> {
  const palette = [COLOURS.blue, COLOURS.vermilion, COLOURS.green, COLOURS.purple, COLOURS.orange, COLOURS.skyBlue];
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  return new Map(names.map((name, index) => [name, palette[index % palette.length] ?? INK]));
}

function legend({ lines }: Panel, top: number): LegendComponentOption {
  const names = [...new Set(lines.filter(({ look }) => look !== 'limit').map(({ name }) => name))];
  return {
    top,
    left: LEFT - 8,
    data: names,
    icon: 'rect',
    itemWidth: 26,
    itemHeight: 4,
    itemGap: 24,
    textStyle: { fontFamily: FONT, fontSize: FONT_SIZE, color: INK },
  };
}

function timeAxis(gridIndex: number, { panels, timeAxis: { name, max } }: PanelChart): object {
  const isLowest = gridIndex === panels.length - 1;
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max,
    name: isLowest ? name : '',
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { fontSize: FONT_SIZE, color: INK },
    axisLabel: { show: isLowest, fontSize: FONT_SIZE, color: INK },
    axisLine: { lineStyle: { color: INK } },
    splitLine: { show: false },
  };
}

function valueAxis(gridIndex: number, name: string): object {
  return {
    type: 'value',
    gridIndex,
    min: 0,
    name,
    nameLocation: 'middle',
    nameGap: 56,
    nameTextStyle: { fontSize: FONT_SIZE, color: INK },
    axisLabel: { fontSize: FONT_SIZE, color: INK },
    splitLine: { lineStyle: { color: FAINT } },
  };
}

function panelSeries(
  { lines }: Panel,
  index: number,
  { marks }: PanelChart,
  colours: ReadonlyMap<string, string>,
): LineSeriesOption[] {
  return lines.map(({ name, look, points }, line) => {
    const color = colours.get(name) ?? INK;
    return {
      type: 'line',
      name,
      data: points.map(([time, value]) => [time, value]),
      showSymbol: false,
      silent: true,
      xAxisIndex: index,
      yAxisIndex: index,
      itemStyle: { color },
      lineStyle: { color, ...LOOKS[look] },
      ...(line === 0 && { markLine: markLines(marks, index === 0) }),
    };
  });
}

const LOOKS = {
  line: { width: 2, type: 'solid' },
  dashed: { width: 1.5, type: 'dashed' },
  limit: { width: 1.5, type: 'dotted' },
} as const;

function markLines(marks: PanelChart['marks'], isNamed: boolean): NonNullable<LineSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: LIMIT_COLOUR, width: 1, type: 'solid' },
    label: {
      show: isNamed,
      position: 'insideEndTop',
      rotate: 0,
      align: 'left',
      fontFamily: FONT,
      fontSize: 12,
      color: LIMIT_COLOUR,
      formatter: '{b}',
    },
    data: marks.map(({ time, label }) => ({ xAxis: time, name: label })),
  };
}
