import { describe, expect, it } from 'vitest';
import { buildEdges, buildRow } from '../experiment/row-builder.js';
import type { Row } from '../experiment/row.js';
import { type Colour, renderPanel } from './panel.js';

const plain = (_: Colour, text: string): string => text;
const render = (...rows: readonly Row[]): string => renderPanel({ rows, cycles: 90 }, plain);

describe('renderPanel', () => {
  it('shows demand, loads against the capacity, shares and the decision', () => {
    const before = buildRow({ cycle: 39, edges: buildEdges(0.5, 0.51), failedConnections: 2 });
    expect(render(before, buildRow({ nearPerSecond: 204 }))).toBe(
      [
        'cycle 40 of 90  near is held at its capacity',
        '',
        'demand  ████████████████████████████████████████  400/s',
        'near    ████████████████████│░░░░░░░░░░░░░░░░░░░  204/s of 200/s, 102 %',
        'far     ████████████████████░░░░░░░░░░░░░░░░░░░░  200/s',
        '',
        'ams-1   ████████████████████████████████████████  near 50.0 %, far 50.0 %',
        'ams-2   ████████████████████████████████████████  near 50.0 %, far 50.0 %',
        '',
        'latency p50 1.3 ms, p99 103 ms; failed connections 2',
        'decided ams-2: because 2',
        '',
        'k kills the near origin, q ends the run',
      ].join('\n'),
    );
  });

  it('marks what is above the capacity', () => {
    const marked = renderPanel({ rows: [buildRow({ nearPerSecond: 300 })], cycles: 90 }, (colour, text) =>
      colour === 'alarm' ? `<${text}>` : text,
    );
    expect(marked).toContain('near    ████████████████████│<██████████>░░░░░░░░░  300/s of 200/s, 150 %');
  });

  it('keeps its width when more comes than was asked for', () => {
    const panel = render(buildRow({ demandPerSecond: 900, nearPerSecond: 900, farPerSecond: 900 }));
    const bars = panel.split('\n').filter((line) => /^(demand|near|far)/.test(line));
    expect(bars.map((line) => line.slice(8).split('  ')[0]?.length)).toEqual([40, 40, 40]);
  });

  it('says that the near origin is down, and how to bring it back', () => {
    const panel = render(buildRow({ phase: 'outage', isNearUp: false, nearPerSecond: 0, edges: buildEdges(0, 0) }));
    expect(panel).toContain('░  down');
    expect(panel).toContain('k brings the near origin back');
  });

  it('has something to say before the first cycle', () => {
    expect(render()).toBe('waiting for the first cycle');
  });
});
