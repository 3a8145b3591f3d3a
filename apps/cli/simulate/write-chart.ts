import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { panelChartOption, panelChartSize } from '#charts/panel-chart.js';
import { canRenderPng, renderPng } from '#charts/png-chart.js';
import { renderSvg } from '#charts/svg-chart.js';
import { scenarioChart } from '#simulation/report/scenario-chart.js';
import type { ScenarioResult } from '#simulation/run/simulate.js';

/**
 * Draws a result into the directory, which it makes, as SVG named after the scenario; and as PNG where the packages for it
 * are installed, which weirctl alone in one file has not beside it. Answers the files.
 */
export async function writeChart(result: ScenarioResult, directory: string): Promise<readonly string[]> {
  const chart = scenarioChart(result);
  const svg = renderSvg(panelChartOption(chart), panelChartSize(chart));
  const base = join(directory, result.scenario.name);
  await mkdir(directory, { recursive: true });
  await writeFile(`${base}.svg`, svg);
  if (!canRenderPng()) return [`${base}.svg`];
  await writeFile(`${base}.png`, await renderPng(svg));
  return [`${base}.svg`, `${base}.png`];
}
