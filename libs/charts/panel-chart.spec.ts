import { describe, expect, it } from 'vitest';
import { type PanelChart, panelChartOption, panelChartSize } from './panel-chart.js';
import { renderPng } from './png-chart.js';
import { renderSvg } from './svg-chart.js';

const chart: PanelChart = {
  title: 'Two panels',
  subtitle: 'one below the other',
  timeAxis: { name: 'time in minutes', max: 10 },
  marks: [{ time: 4, label: 'something happened' }],
  panels: ['connections/s', 'share in %'].map((name) => ({
    name,
    lines: [
      {
        name: 'near',
        look: 'line',
        points: [
          [0, 1],
          [10, 80],
        ],
      },
      {
        name: 'near',
        look: 'limit',
        points: [
          [0, 50],
          [10, 50],
        ],
      },
    ],
  })),
};

describe('a panel chart', () => {
  it('names what it shows', () => {
    const svg = renderSvg(panelChartOption(chart), panelChartSize(chart));
    for (const text of [
      'Two panels',
      'one below the other',
      'connections/s',
      'share in %',
      'time in minutes',
      'near',
    ]) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/something happened/g)).toHaveLength(1);
  });

  it('becomes a picture of twice its size', async () => {
    const size = panelChartSize(chart);
    const png = Buffer.from(await renderPng(renderSvg(panelChartOption(chart), size)));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * size.width, 2 * size.height]);
  });
});
