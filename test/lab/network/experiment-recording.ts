import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { panelChartOption, panelChartSize, type PanelChart, type PanelLine } from '#charts/panel-chart.js';
import { renderPng } from '#charts/png-chart.js';
import { renderSvg } from '#charts/svg-chart.js';

/** What the edges' kernels had counted at one moment, and what the scheduler had decided. */
export interface Sample {
  readonly timeSeconds: number;
  /** Connections to each origin since the experiment began, over all edges. */
  readonly near: number;
  readonly far: number;
  /** The near origin's part of each edge's connections, 0 to 1. */
  readonly nearShares: Readonly<Record<string, number>>;
}

/** New connections per second over the time until a sample. */
export interface Rates extends Pick<Sample, 'timeSeconds' | 'nearShares'> {
  readonly near: number;
  readonly far: number;
}

export interface ExperimentSetting {
  readonly demand: number;
  readonly nearCapacity: number;
  readonly cycleSeconds: number;
  readonly windowSeconds: number;
}

const DIRECTORY = fileURLToPath(new URL('../../../lab-output', import.meta.url));

/** Each over `windowSeconds`, or over what there is of it. */
export function ratesOf(samples: readonly Sample[], windowSeconds: number): readonly Rates[] {
  return samples.slice(1).map((sample, index) => {
    const earliest = samples
      .slice(0, index + 1)
      .find((one) => sample.timeSeconds - one.timeSeconds <= 1.2 * windowSeconds);
    const start = earliest ?? samples[index] ?? sample;
    const seconds = sample.timeSeconds - start.timeSeconds;
    return { ...sample, near: (sample.near - start.near) / seconds, far: (sample.far - start.far) / seconds };
  });
}

/** Writes figures and chart to `lab-output`; answers the files. */
export async function writeExperiment(rates: readonly Rates[], setting: ExperimentSetting): Promise<readonly string[]> {
  const chart = chartOf(rates, setting);
  const svg = renderSvg(panelChartOption(chart), panelChartSize(chart));
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['founding-experiment-ipvs.csv', csvOf(rates)],
    ['founding-experiment-ipvs.svg', svg],
    ['founding-experiment-ipvs.png', await renderPng(svg)],
  ];
  await mkdir(DIRECTORY, { recursive: true });
  for (const [name, content] of files) await writeFile(join(DIRECTORY, name), content);
  return files.map(([name]) => join(DIRECTORY, name));
}

function chartOf(rates: readonly Rates[], setting: ExperimentSetting): PanelChart {
  const { demand, nearCapacity, cycleSeconds, windowSeconds } = setting;
  const endSeconds = Math.ceil(rates.at(-1)?.timeSeconds ?? 1);
  const line = (name: string, value: (row: Rates) => number): PanelLine => ({
    name,
    look: 'line',
    points: rates.map((row) => [row.timeSeconds, value(row)]),
  });
  const limit: PanelLine = {
    name: 'near’s capacity',
    look: 'limit',
    points: [
      [0, nearCapacity],
      [endSeconds, nearCapacity],
    ],
  };
  return {
    title: 'The founding experiment on real IPVS, between routers',
    subtitle: `${demand} connections/s through two edges by ECMP, near takes ${nearCapacity}; cycles of ${cycleSeconds} s, Prometheus; counted by the kernels over ${windowSeconds} s`,
    timeAxis: { name: 'time in seconds', max: endSeconds },
    marks: [],
    panels: [
      {
        name: 'connections per second',
        lines: [line('near origin', ({ near }) => near), line('far origin', ({ far }) => far), limit],
      },
      {
        name: 'near’s share in %',
        lines: edgesOf(rates).map((edge) => line(edge, ({ nearShares }) => 100 * (nearShares[edge] ?? 0))),
      },
    ],
  };
}

/** RFC 4180 text, one line for each sample. */
function csvOf(rates: readonly Rates[]): string {
  const edges = edgesOf(rates);
  const header = ['time_s', 'near_per_s', 'far_per_s', ...edges.map((edge) => `near_share_${edge}_percent`)];
  const rows = rates.map(({ timeSeconds, near, far, nearShares }) =>
    [timeSeconds, near, far, ...edges.map((edge) => 100 * (nearShares[edge] ?? 0))].map((figure) => figure.toFixed(2)),
  );
  return [header, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function edgesOf(rates: readonly Rates[]): readonly string[] {
  return Object.keys(rates[0]?.nearShares ?? {});
}
