import { describe, expect, it } from 'vitest';
import { buildEdges, buildRow } from '../experiment/row-builder.js';
import { renderLine } from './plain-line.js';

describe('renderLine', () => {
  it('tells a cycle in one line, with the decision of the edge that moved most', () => {
    const before = buildRow({ edges: buildEdges(0.5, 0.52) });
    expect(renderLine(buildRow(), before)).toBe(
      "cycle  40  hold       demand 400/s  near 200/s of 200/s  far 200/s  near's share ams-1 50.0 %, ams-2 50.0 %" +
        '  p99 103 ms  failed 0  ams-2: because 2',
    );
  });

  it('tells the first cycle, and a near origin that is down', () => {
    const row = buildRow({ cycle: 1, phase: 'outage', isNearUp: false, nearPerSecond: 0, latencyP99Ms: null });
    const line = renderLine(row, null);
    expect(line).toContain('near   0/s of 200/s (down)');
    expect(line).toContain('p99 -');
    expect(line).toContain('ams-1: because 1');
  });
});
