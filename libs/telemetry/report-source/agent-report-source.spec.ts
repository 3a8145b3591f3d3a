import { describe, expect, it } from 'vitest';
import type { AgentReport, LoadBalancerReport } from '#contracts/agent-report.js';
import { edgeName } from '#core/model/name.js';
import type { LoadBalancerObservation, Observation } from '#core/observe/observation.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { AgentReportSource } from './agent-report-source.js';

const idle = new AbortController().signal;
const rateWindowMs = 30_000;

function shop(connections: number, toWest = connections): LoadBalancerReport {
  return {
    name: 'shop',
    connections,
    origins: [
      {
        origin: 'us-west',
        connections: toWest,
        rttMs: 12.5,
        endpoints: [
          { address: '192.0.2.1', up: true, weight: 10, activeConnections: 3 },
          { address: '192.0.2.2', up: false, weight: 0, activeConnections: 4 },
        ],
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

interface Fixture {
  readonly clock: ManualClock;
  readonly source: AgentReportSource;
  readonly observe: () => Promise<Observation>;
  /** What the first edge sees of the first load balancer. */
  readonly observePair: () => Promise<LoadBalancerObservation | undefined>;
}

function fixture(): Fixture {
  const clock = new ManualClock();
  const source = new AgentReportSource(clock, { rateWindowMs });
  const observe = () => source.observe(idle);
  return { clock, source, observe, observePair: async () => (await observe()).edges[0]?.loadBalancers[0] };
}

describe('AgentReportSource', () => {
  it.each([
    ['announces nothing any more', [], true],
    ['announces', ['203.0.113.10'], undefined],
    ['does not tell', undefined, undefined],
  ])('knows whether an edge has withdrawn: one that %s', async (_name, announced, hasWithdrawn) => {
    const { source, observe } = fixture();
    source.record(report(announced === undefined ? {} : { announced }));
    expect((await observe()).edges[0]?.hasWithdrawn).toBe(hasWithdrawn);
  });

  it('knows nothing before the first report', async () => {
    const { clock, observe } = fixture();
    expect(await observe()).toEqual({ takenAtMs: clock.nowMs(), edges: [], utilizations: [] });
  });

  it('has latency, health and open connections but no rate after one report', async () => {
    const { source, observe } = fixture();
    source.record(report({ loadBalancers: [shop(5_000)] }));
    const origin = {
      origin: 'us-west',
      ageMs: 0,
      activeConnections: 7,
      rttMs: 12.5,
      endpoints: [
        { address: '192.0.2.1', up: true, ageMs: 0 },
        { address: '192.0.2.2', up: false, ageMs: 0 },
      ],
    };
    expect((await observe()).edges).toEqual([
      { edge: 'fra-1', ageMs: 0, loadBalancers: [{ loadBalancer: 'shop', ageMs: 0, origins: [origin] }] },
    ]);
  });

  it('takes rates on the clock of the agent, not on that of arrival', async () => {
    const { clock, source, observePair } = fixture();
    source.record(report({ loadBalancers: [shop(100, 40)] }));
    clock.advance(19_000);
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(600, 140)] }));
    expect(await observePair()).toMatchObject({ ratePerSecond: 100, origins: [{ ratePerSecond: 20 }] });
  });

  it('counts ages from arrival, untouched by a step of the wall clock', async () => {
    const { clock, source, observe } = fixture();
    source.record(report());
    clock.stepWallClock(7_200_000);
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50)] }));
    clock.advance(7_000);
    clock.stepWallClock(-3_600_000);
    const { takenAtMs, edges } = await observe();
    expect(takenAtMs).toBe(clock.nowMs());
    const ageMs = 7_000;
    const origin = { ageMs, ratePerSecond: 10, endpoints: [{ ageMs }, { ageMs }] };
    expect(edges).toMatchObject([{ ageMs, loadBalancers: [{ ageMs, ratePerSecond: 10, origins: [origin] }] }]);
  });

  it('slides: what is older than the window weighs no more', async () => {
    const { source, observePair } = fixture();
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 110_000, loadBalancers: [shop(20_000)] }));
    source.record(report({ sequence: 3, monotonicMs: 140_000, loadBalancers: [shop(20_300)] }));
    expect((await observePair())?.ratePerSecond).toBe(10);
  });

  it('sees neither flood nor lull in a reset inside one instance', async () => {
    const { source, observePair } = fixture();
    const shown = [9_000, 9_050, 9_010, 9_060, 0, 50];
    for (const [index, connections] of shown.entries()) {
      const later = { sequence: index + 1, monotonicMs: 90_000 + 5_000 * index };
      source.record(report({ ...later, loadBalancers: [shop(connections)] }));
      const pair = await observePair();
      const expected = index === 0 ? undefined : 10;
      expect([pair?.ratePerSecond, pair?.origins[0]?.ratePerSecond]).toEqual([expected, expected]);
    }
  });

  it.each([Number.NaN, Infinity, -1])('makes no rate of a counter that shows %d', async (nonsense) => {
    const { source, observePair } = fixture();
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50, nonsense)] }));
    const pair = await observePair();
    expect([pair?.ratePerSecond, pair?.origins[0]?.ratePerSecond]).toEqual([10, undefined]);
  });

  it.each([
    ['below the old counters', 30],
    ['above the old counters', 1_000_000],
  ])('starts afresh with a new instance whose counters are %s', async (_, connections) => {
    const { source, observePair } = fixture();
    source.record(report({ loadBalancers: [shop(9_000)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(9_500)] }));
    const restarted = { instance: 'second', sequence: 1, monotonicMs: 2_000 };
    source.record(report({ ...restarted, loadBalancers: [shop(connections)] }));
    expect((await observePair())?.ratePerSecond).toBeUndefined();

    source.record(report({ ...restarted, sequence: 2, monotonicMs: 7_000, loadBalancers: [shop(connections + 50)] }));
    expect((await observePair())?.ratePerSecond).toBe(10);
  });

  it("starts afresh when the agent's steady clock goes back", async () => {
    const { source, observePair } = fixture();
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50)] }));
    source.record(report({ sequence: 3, monotonicMs: 1_000, loadBalancers: [shop(100)] }));
    expect((await observePair())?.ratePerSecond).toBeUndefined();

    source.record(report({ sequence: 4, monotonicMs: 6_000, loadBalancers: [shop(200)] }));
    expect((await observePair())?.ratePerSecond).toBe(20);
  });

  it.each([
    ['a duplicate', { sequence: 2, monotonicMs: 95_000 }],
    ['an overtaken report', { sequence: 1, monotonicMs: 90_000 }],
    ['a later report without elapsed time', { sequence: 3, monotonicMs: 95_000 }],
    ['a late report of the instance before', { instance: 'earlier', sequence: 7, monotonicMs: 500_000 }],
  ])('ignores %s: neither figures nor ages change', async (_, late) => {
    const { clock, source, observe } = fixture();
    source.record(report({ instance: 'earlier', sequence: 6, monotonicMs: 495_000 }));
    source.record(report());
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50)] }));
    clock.advance(1_000);
    const before = await observe();
    expect(before.edges[0]?.loadBalancers[0]?.ratePerSecond).toBe(10);
    source.record(report({ ...late, loadBalancers: [shop(777)] }));
    expect(await observe()).toEqual(before);
  });

  it('listens to the instance before again when the one after it has long been silent', async () => {
    const { clock, source, observePair } = fixture();
    source.record(report({ instance: 'one' }));
    source.record(report({ instance: 'other' }));
    clock.advance(rateWindowMs + 1);
    source.record(report({ instance: 'one', sequence: 9, monotonicMs: 200_000 }));
    expect((await observePair())?.ageMs).toBe(0);
  });

  it('leaves out a load balancer that vanished, and starts it afresh when it returns', async () => {
    const { source, observe, observePair } = fixture();
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50)] }));
    source.record(report({ sequence: 3, monotonicMs: 100_000, loadBalancers: [] }));
    expect((await observe()).edges).toEqual([{ edge: 'fra-1', ageMs: 0, loadBalancers: [] }]);

    source.record(report({ sequence: 4, monotonicMs: 105_000, loadBalancers: [shop(5_000)] }));
    expect((await observePair())?.ratePerSecond).toBeUndefined();
  });

  it('keeps the rates of a load balancer while others come and go around it', async () => {
    const { source, observe } = fixture();
    const api = { name: 'api', connections: 4_000, origins: [] };
    source.record(report({ loadBalancers: [shop(0)] }));
    source.record(report({ sequence: 2, monotonicMs: 95_000, loadBalancers: [shop(50), api] }));
    source.record(report({ sequence: 3, monotonicMs: 100_000, loadBalancers: [api, shop(100)] }));
    expect((await observe()).edges[0]?.loadBalancers).toMatchObject([
      { loadBalancer: 'api', ratePerSecond: 0 },
      { loadBalancer: 'shop', ratePerSecond: 10, origins: [{ ratePerSecond: 10 }] },
    ]);
  });

  it('leaves out what the agent does not know', async () => {
    const { source, observePair } = fixture();
    const unknown = {
      origin: 'us-west',
      connections: 0,
      rttMs: null,
      endpoints: [{ address: '192.0.2.1', up: null, weight: 0, activeConnections: 0 }],
    };
    source.record(report({ loadBalancers: [{ name: 'shop', connections: 0, origins: [unknown] }] }));
    expect((await observePair())?.origins).toEqual([
      { origin: 'us-west', ageMs: 0, activeConnections: 0, endpoints: [] },
    ]);
  });

  it('orders edges by name, and forgets one on request', async () => {
    const { source, observe } = fixture();
    for (const edge of ['sin-1', 'ams-1', 'fra-1']) source.record(report({ edge }));
    expect((await observe()).edges.map(({ edge }) => edge)).toEqual(['ams-1', 'fra-1', 'sin-1']);
    source.forget(edgeName('fra-1'));
    expect((await observe()).edges.map(({ edge }) => edge)).toEqual(['ams-1', 'sin-1']);
  });

  it('rejects when its signal is aborted', async () => {
    const { source } = fixture();
    await expect(source.observe(AbortSignal.abort(new Error('cycle over')))).rejects.toThrow('cycle over');
  });
});

describe('AgentReportSource of a large fleet', () => {
  const edges = Array.from({ length: 40 }, (_, index) => `edge-${String(index).padStart(2, '0')}`);
  const loadBalancers = Array.from({ length: 500 }, (_, index) => ({ ...shop(0), name: `balancer-${index}` }));

  function fleet(): Fixture {
    const parts = fixture();
    for (const edge of edges) parts.source.record(report({ edge, loadBalancers }));
    return parts;
  }

  it('gives other work its turn while it observes', async () => {
    const { observe } = fleet();
    let turns = 0;
    let isObserving = true;
    const takeTurns = () => {
      turns += 1;
      if (isObserving) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    await observe();
    isObserving = false;
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  it('tells every edge as it was when it was asked', async () => {
    const { clock, source, observe } = fleet();
    const last = edges.at(-1)!;
    const takenAtMs = clock.nowMs();
    setImmediate(() => {
      clock.advance(5_000);
      source.record(report({ edge: last, sequence: 2, monotonicMs: 95_000, loadBalancers: [] }));
      source.forget(edgeName(edges[30]!));
    });
    const seen = await observe();
    expect(seen.takenAtMs).toBe(takenAtMs);
    expect(seen.edges.map(({ edge, ageMs }) => [edge, ageMs])).toEqual(edges.map((edge) => [edge, 0]));
    expect(seen.edges.at(-1)?.loadBalancers).toHaveLength(loadBalancers.length);
    expect((await observe()).edges.at(-1)?.loadBalancers).toEqual([]);
  });

  it('stops half-way when its signal aborts', async () => {
    const { source } = fleet();
    const caller = new AbortController();
    setImmediate(() => {
      caller.abort(new Error('cycle over'));
    });
    await expect(source.observe(caller.signal)).rejects.toThrow('cycle over');
  });
});
