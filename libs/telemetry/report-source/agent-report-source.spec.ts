import { describe, expect, it } from 'vitest';
import type { AgentReport, LoadBalancerReport } from '#contracts/agent-report.js';
import { edgeName } from '#core/model/name.js';
import type { Observation } from '#core/observe/observation.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { AgentReportSource } from './agent-report-source.js';

const idle = new AbortController().signal;

function shop(connections: number, toWest = connections): LoadBalancerReport {
  return {
    name: 'shop',
    connections,
    origins: [
      {
        origin: 'us-west',
        connections: toWest,
        rttMs: 12.5,
        endpoints: [{ address: '192.0.2.1', up: true, weight: 10, activeConnections: 3 }],
      },
    ],
  };
}

function report(changes: Partial<AgentReport> = {}): AgentReport {
  return {
    version: 1,
    edge: 'fra-1',
    agentVersion: '0.1.0',
    instance: 'first',
    sequence: 1,
    monotonicMs: 90_000,
    applied: null,
    dataPlane: 'ipvs',
    loadBalancers: [shop(0)],
    errors: [],
    ...changes,
  };
}

function fixture(): { clock: ManualClock; source: AgentReportSource; observe: () => Promise<Observation> } {
  const clock = new ManualClock();
  const source = new AgentReportSource(clock, { rateWindowMs: 30_000 });
  return { clock, source, observe: () => source.observe(idle) };
}

describe('AgentReportSource', () => {
  it('knows nothing before the first report', async () => {
    const { clock, observe } = fixture();
    expect(await observe()).toEqual({
      takenAtMs: clock.nowMs(),
      edges: [],
      demands: [],
      loads: [],
      rtts: [],
      health: [],
    });
  });

  it('has latency and health but no rate after one report', async () => {
    const { source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(5_000)] }));
    const seen = await observe();
    const arc = { edge: 'fra-1', ageMs: 0, loadBalancer: 'shop', origin: 'us-west' };
    expect(seen.edges).toEqual([{ edge: 'fra-1', ageMs: 0 }]);
    expect(seen.demands).toEqual([]);
    expect(seen.loads).toEqual([]);
    expect(seen.rtts).toEqual([{ ...arc, rttMs: 12.5 }]);
    expect(seen.health).toEqual([{ ...arc, endpoint: '192.0.2.1', up: true }]);
  });

  it('takes rates on the clock of the agent, not on that of arrival', async () => {
    const { clock, source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(100, 40)] }));
    clock.advance(19_000);
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(600, 140)] }));
    const seen = await observe();
    expect(seen.demands).toEqual([{ edge: 'fra-1', ageMs: 0, loadBalancer: 'shop', ratePerSecond: 100 }]);
    expect(seen.loads).toEqual([
      { edge: 'fra-1', ageMs: 0, loadBalancer: 'shop', origin: 'us-west', ratePerSecond: 20 },
    ]);
  });

  it('counts ages from arrival, untouched by a step of the wall clock', async () => {
    const { clock, source, observe } = fixture();
    source.record(report());
    source.record(report({ sequence: 2, monotonicMs: 95_000 }));
    clock.advance(7_000);
    clock.stepWallClock(-3_600_000);
    const seen = await observe();
    const ages = [seen.edges, seen.demands, seen.loads, seen.rtts, seen.health].map((samples) => samples[0]?.ageMs);
    expect(ages).toEqual([7_000, 7_000, 7_000, 7_000, 7_000]);
    expect(seen.takenAtMs).toBe(clock.nowMs());
  });

  it('slides: what is older than the window weighs no more', async () => {
    const { source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 110_000, loadBalancers: [shop(20_000)] }));
    source.record(report({ sequence: 3, monotonicMs: 140_000, loadBalancers: [shop(20_300)] }));
    expect((await observe()).demands[0]?.ratePerSecond).toBe(10);
  });

  it('counts a reset inside one instance as growth from 0', async () => {
    const { source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(9_000)] }));
    source.record(report({ sequence: 2, monotonicMs: 100_000, loadBalancers: [shop(50)] }));
    expect((await observe()).demands[0]?.ratePerSecond).toBe(5);
  });

  it.each([
    ['below the old counters', 30],
    ['above the old counters', 1_000_000],
  ])('starts afresh with a new instance whose counters are %s', async (_, connections) => {
    const { source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(9_000)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(9_500)] }));
    const restarted = { instance: 'second', sequence: 1, monotonicMs: 2_000 };
    source.record(report({ ...restarted, loadBalancers: [shop(connections)] }));
    expect((await observe()).demands).toEqual([]);

    source.record(report({ ...restarted, sequence: 2, monotonicMs: 7_000, loadBalancers: [shop(connections + 50)] }));
    expect((await observe()).demands[0]?.ratePerSecond).toBe(10);
  });

  it.each([
    ['a duplicate', { sequence: 2, monotonicMs: 95_000 }],
    ['an overtaken report', { sequence: 1, monotonicMs: 90_000 }],
    ['a later report without elapsed time', { sequence: 3, monotonicMs: 95_000 }],
  ])('ignores %s: neither figures nor ages change', async (_, late) => {
    const { clock, source, observe } = fixture();
    source.record(report());
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50)] }));
    clock.advance(1_000);
    const before = await observe();
    source.record(report({ ...late, loadBalancers: [shop(777)] }));
    expect(await observe()).toEqual(before);
  });

  it('leaves out a load balancer that vanished, and starts it afresh when it returns', async () => {
    const { source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50)] }));
    source.record(report({ sequence: 3, monotonicMs: 100_000, loadBalancers: [] }));
    expect(await observe()).toMatchObject({ demands: [], loads: [], rtts: [], health: [] });

    source.record(report({ sequence: 4, monotonicMs: 105_000, loadBalancers: [shop(5_000)] }));
    expect((await observe()).demands).toEqual([]);
  });

  it('leaves out what the agent does not know', async () => {
    const { source, observe } = fixture();
    const unknown = {
      origin: 'us-west',
      connections: 0,
      rttMs: null,
      endpoints: [{ address: '192.0.2.1', up: null, weight: 0, activeConnections: 0 }],
    };
    source.record(report({ loadBalancers: [{ name: 'shop', connections: 0, origins: [unknown] }] }));
    expect(await observe()).toMatchObject({ rtts: [], health: [] });
  });

  it('orders edges by name, and forgets one on request', async () => {
    const { source, observe } = fixture();
    for (const edge of ['sin-1', 'ams-1', 'fra-1']) source.record(report({ edge }));
    expect((await observe()).edges.map(({ edge }) => edge)).toEqual(['ams-1', 'fra-1', 'sin-1']);
    source.forget(edgeName('fra-1'));
    const seen = await observe();
    expect(seen.edges.map(({ edge }) => edge)).toEqual(['ams-1', 'sin-1']);
    expect(seen.health.map(({ edge }) => edge)).toEqual(['ams-1', 'sin-1']);
  });

  it('rejects when its signal is aborted', async () => {
    const { source } = fixture();
    await expect(source.observe(AbortSignal.abort(new Error('cycle over')))).rejects.toThrow('cycle over');
  });
});
