import { describe, expect, it } from 'vitest';
import { renderPage } from './render-page.js';
import { renderTable } from './render-table.js';

const machine = { cores: 2, processor: 'a processor', memoryGiB: 8, node: 'v20.19.0' };
const solved = { warmMs: 10, nextCycleMs: 20, peakMemoryMiB: 200 };

describe('renderTable', () => {
  it('aligns names to the left and figures to the right', () => {
    expect(
      renderTable(
        ['name', 'ms'],
        [
          ['one', '1'],
          ['another', '12,000'],
        ],
      ),
    ).toBe(['| name    |     ms |', '| ------- | -----: |', '| one     |      1 |', '| another | 12,000 |'].join('\n'));
  });
});

describe('renderPage', () => {
  const page = renderPage({
    machine,
    solvers: [
      { solver: 'network-simplex', arcs: 100_000, coldMs: 50, cost: 1_000_000, ...solved },
      { solver: 'highs', arcs: 100_000, coldMs: 2_500, cost: 1_000_001, ...solved },
      { solver: 'network-simplex', arcs: 1_000_000, coldMs: 12_345, cost: 5, ...solved },
    ],
    cycles: [
      {
        edges: 1_000,
        balancers: 50,
        origins: 20,
        wholeMs: 6_543,
        stageMs: { estimate: 1_500, solve: 2_000 },
        eventLoopDelayP99Ms: 12.3,
        eventLoopDelayMostMs: 40,
        peakMemoryMiB: 3_000,
      },
    ],
  });

  it('puts the references beside the network simplex as ratios', () => {
    expect(page).toMatch(/\| +100,000 +\| +50 : 1 \| +– \| +1 : 5\.0 \|/);
  });

  it('says so where there is no reference', () => {
    expect(page).toMatch(/\| +1,000,000 +\| +– \| +– \|/);
  });

  it('says how far the optimal costs differ', () => {
    expect(page).toContain('found: 1.0e-6.');
  });

  it('tells the whole cycle and its stages', () => {
    expect(page).toMatch(/\| 1,000 × 50 × 20 +\| +1,000,000 \| +6543 ms \| +12\.3 ms \| +40\.0 ms \| +3000 MiB \|/);
    expect(page).toMatch(/\| 1,000 × 50 × 20 +\| +1500 ms \| 2000 ms \|/);
  });
});
