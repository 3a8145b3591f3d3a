import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPng } from '#charts/png-chart.js';
import { renderSvg } from '#charts/svg-chart.js';
import type { Row } from '../experiment/row.js';
import { CHART_SIZE, chartOption } from './chart-option.js';
import { renderCsv } from './csv.js';

/** Writes series and chart into the directory, which it makes. Answers the files. */
export async function writeResults(
  rows: readonly Row[],
  cycleSeconds: number,
  directory: string,
): Promise<readonly string[]> {
  const svg = renderSvg(chartOption(rows, cycleSeconds), CHART_SIZE);
  const files: readonly (readonly [name: string, content: string | Uint8Array])[] = [
    ['founding-experiment.svg', svg],
    ['founding-experiment.png', await renderPng(svg)],
    ['founding-experiment.csv', renderCsv(rows)],
  ];
  await mkdir(directory, { recursive: true });
  for (const [name, content] of files) await writeFile(join(directory, name), content);
  return files.map(([name]) => join(directory, name));
}
