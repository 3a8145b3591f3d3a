import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderPng } from '#charts/png-chart.js';
import { renderSvg } from '#charts/svg-chart.js';
import { buildEdges, buildRow } from '../experiment/row-builder.js';
import type { Row } from '../experiment/row.js';
import { CHART_SIZE, chartOption } from './chart-option.js';
import { writeResults } from './write-results.js';

const PHASES = ['idle', 'draw-down', 'hold', 'outage', 'refill'] as const;

/** Ten cycles of each phase, and 20 more of holding. */
const rows: readonly Row[] = PHASES.flatMap((phase) =>
  Array.from({ length: phase === 'hold' ? 30 : 10 }, () => phase),
).map((phase, index) =>
  buildRow({ cycle: index + 1, phase, isNearUp: phase !== 'outage', edges: buildEdges(0.5, 0.4) }),
);

describe('the chart', () => {
  it('names what it shows, with units', () => {
    const svg = renderSvg(chartOption(rows, 1), CHART_SIZE);
    for (const text of [
      'connections per second',
      'near’s share in %',
      'time in seconds',
      'cycles of 1 s (15 s in production)',
      'near’s capacity, 200/s',
      'near origin',
      'ams-2',
      'near is held at its capacity',
      'near down',
    ]) {
      expect(svg).toContain(text);
    }
  });

  it('leaves out the label of a phase too short for it', () => {
    expect(
      renderSvg(chartOption([...rows, buildRow({ cycle: 71, phase: 'outage' })], 1), CHART_SIZE).match(/near down/g),
    ).toHaveLength(1);
  });

  it('is drawn of a run that was cut short at once', () => {
    expect(renderSvg(chartOption(rows.slice(0, 1), 1), CHART_SIZE)).toContain('connections per second');
  });
});

describe('writeResults', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-results-spec-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('writes chart and series into a directory that it makes, and again over those', async () => {
    const output = join(directory, 'new', 'output');
    await writeResults(rows.slice(0, 5), 1, output);
    const files = await writeResults(rows, 1, output);
    expect(files).toEqual(['svg', 'png', 'csv'].map((kind) => join(output, `founding-experiment.${kind}`)));
    const [svg, png, csv] = await Promise.all(files.map((file) => readFile(file)));
    expect(svg?.toString()).toMatch(/^<svg[^]*<\/svg>$/);
    expect(png?.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
    // Width and height, at twice the size of the drawing.
    expect([png?.readUInt32BE(16), png?.readUInt32BE(20)]).toEqual([2_000, 1_320]);
    expect(csv?.toString().split('\r\n')).toHaveLength(rows.length + 2);
  });

  it('draws letters', async () => {
    const files = await writeResults(rows, 1, directory);
    const svg = await readFile(files[0] ?? '', 'utf8');
    const png = await readFile(files[1] ?? '');
    const mute = await renderPng(svg.replaceAll(/<text[^]*?<\/text>/g, ''));
    // Without its font files resvg draws no letters and does not say so.
    expect(png.length).toBeGreaterThan(mute.length * 1.2);
  });
});
