import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type PanelChart, panelChartOption, panelChartSize } from '#charts/panel-chart.js';
import { canRenderPng, renderPng } from '#charts/png-chart.js';
import { renderSvg } from '#charts/svg-chart.js';
import { scenarioChart } from '#simulation/report/scenario-chart.js';
import type { ScenarioResult } from '#simulation/run/simulate.js';
import { UsageError } from '../failure.js';

/**
 * Draws a result into the directory, which it makes, as SVG named after the scenario; and as PNG where the packages for it
 * are installed, which weirctl alone in one file has not beside it. Answers the files.
 */
export async function writeChart(result: ScenarioResult, directory: string): Promise<readonly string[]> {
  const svg = draw(scenarioChart(result));
  const base = join(directory, result.scenario.name);
  await mkdir(directory, { recursive: true });
  await writeFile(`${base}.svg`, svg);
  if (!canRenderPng()) return [`${base}.svg`];
  await writeFile(`${base}.png`, await renderPng(svg));
  return [`${base}.svg`, `${base}.png`];
}

/** Draws into one file, in the form that its name asks for. Throws a `UsageError` for a form that it cannot draw. */
export async function writeChartFile(chart: PanelChart, file: string): Promise<void> {
  const extension = extname(file);
  if (extension === '.svg') await writeFile(file, draw(chart));
  else if (extension !== '.png') throw new UsageError(`a chart is drawn as .svg or .png, not as ${file}`);
  else if (!canRenderPng()) throw new UsageError('weirctl in one file draws no PNG; name an .svg');
  else await writeFile(file, await renderPng(draw(chart)));
}

function draw(chart: PanelChart): string {
  return renderSvg(panelChartOption(chart), panelChartSize(chart));
}
