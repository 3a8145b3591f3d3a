import { describe, expect, it } from 'vitest';
import type { ForwardingFigures } from '../measure/measure-forwarding.js';
import { EDGE_HEADING, renderEdgeSection, type EdgeResults } from './render-edge-section.js';

const weir: ForwardingFigures = {
  name: 'weir',
  gibPerSecond: 1,
  cpuSecondsPerGib: 1,
  connectionsPerSecond: 4_000,
  cpuMicrosecondsPerConnection: 240,
  residentMiB: 80,
};
const haproxy: ForwardingFigures = {
  ...weir,
  name: 'haproxy',
  cpuSecondsPerGib: 0.5,
  cpuMicrosecondsPerConnection: 60,
};
const results: EdgeResults = {
  forwarding: [weir, haproxy, { name: 'nginx', reason: 'no network' }],
  apply: { changes: 1_000, reconcileMs: 2, renderMs: 0.5, readMs: 20, applyMs: 30, batches: 1, oneByOneMs: 12_000 },
  idle: [
    {
      services: 100,
      endpointsPerService: 10,
      endpoints: 'shared',
      probesPerSecond: 5,
      cpuPercent: 0.62,
      residentMiB: 70,
    },
  ],
  checker: { probesPerSecond: 500, cpuPercent: 1.25, residentMiB: 12 },
  bare: { probesPerSecond: 500, cpuPercent: 5.3, residentMiB: 48.2 },
};

describe('renderEdgeSection', () => {
  const section = renderEdgeSection(results);

  it('begins with the heading that it is found by', () => {
    expect(section.split('\n', 1)).toEqual([EDGE_HEADING]);
  });

  it('says how many times the processor time of the others it takes', () => {
    expect(section).toContain(
      'takes 2.0 times the processor time of HAProxy for a byte and 4.0 times for a connection.',
    );
  });

  it('says which contender is missing, and why', () => {
    expect(section).toContain('nginx was not measured: no network.');
  });

  it('says whether the idle agent keeps to its aim', () => {
    expect(section).toContain('Weir aims at less than 1 % and 100 MiB, and keeps to it.');
    const heavy = results.idle.map((of) => ({ ...of, residentMiB: 101 }));
    expect(renderEdgeSection({ ...results, idle: heavy })).toContain('and is not there yet.');
    const busy = results.idle.map((of) => ({ ...of, endpoints: 'own' as const, cpuPercent: 10 }));
    expect(renderEdgeSection({ ...results, idle: [...busy, ...results.idle] })).toContain(
      'and keeps to it only where endpoints are shared by all.',
    );
  });

  it('puts HAProxy’s checks beside it, or says why not', () => {
    expect(section).toContain('HAProxy takes 1.3 % and 12 MiB for 500 checks a second.');
    expect(renderEdgeSection({ ...results, checker: 'no network' })).toContain('were not measured: no network.');
  });

  it('says what bare connections take in Node.js', () => {
    expect(section).toContain('with the agent’s flags and nothing to judge or to report, takes 5.3 % and 48 MiB:');
  });

  it('tells the batch and the idle agent', () => {
    expect(section).toContain('All 1,000 weights of a table change at once. The changes are one batch');
    expect(section).toMatch(/\| for comparison: a process for each change +\| +12\.0 s \|/);
    expect(section).toMatch(/\| 100 × 10 +\| +shared by all \| +5 \| +0\.6 % \| +70 MiB \|/);
  });
});
