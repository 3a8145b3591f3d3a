import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originName } from '#core/model/name.js';
import type { EdgeObservation, OriginObservation } from '#core/observe/observation.js';
import type { Clock } from '#core/ports/clock.js';
import type { TelemetrySource, UtilizationQuery } from '#core/ports/telemetry-source.js';
import { PrometheusSource } from '#telemetry/prometheus-source/prometheus-source.js';
import { AgentReportSource } from '#telemetry/report-source/agent-report-source.js';
import { eventually } from '#testkit/eventually.js';
import { findPrometheus, startPrometheus } from '#testkit/prometheus-server.js';
import { describeWith } from '#testkit/real-part.js';
import { SimulatedEdge, traffic } from './simulated-edge.js';

interface RunningSource {
  readonly source: TelemetrySource;
  stop(): Promise<void>;
}

const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const idle = new AbortController().signal;
const rateWindowMs = 8_000;

/** Two cores are shared by Prometheus, the edges and the tests: a sample is fresh up to here, if not each then the next. */
const freshMs = 2_500;
const silentMs = 4_000;
const settlingMs = 2_500;

/** Rates by load balancer, and by load balancer and origin. */
type Rates = Readonly<Record<string, number>>;

const trueRates: Rates = Object.fromEntries(
  traffic.flatMap(({ loadBalancer, listeners, origins }) => {
    const total = Object.values(listeners).reduce((sum, rate) => sum + rate, 0);
    return [
      [loadBalancer, total] as const,
      ...origins.map(({ origin, share }) => [`${loadBalancer}/${origin}`, total * share] as const),
    ];
  }),
);

function ratesOf({ loadBalancers }: EdgeObservation): Rates {
  const rates = loadBalancers.flatMap(({ loadBalancer, ratePerSecond, origins }) => [
    [loadBalancer, ratePerSecond] as const,
    ...origins.map((seen) => [`${loadBalancer}/${seen.origin}`, seen.ratePerSecond] as const),
  ]);
  return Object.fromEntries(rates.flatMap(([key, rate]) => (rate === undefined ? [] : [[key, rate]])));
}

/** What `figureOf` picks of each origin, by load balancer and origin. */
function byOrigin<T>({ loadBalancers }: EdgeObservation, figureOf: (seen: OriginObservation) => T): Record<string, T> {
  const figures = loadBalancers.flatMap(({ loadBalancer, origins }) =>
    origins.map((seen) => [`${loadBalancer}/${seen.origin}`, figureOf(seen)] as const),
  );
  return Object.fromEntries(figures);
}

/** The true rates within sampling error: a scrape's time stamp and the counters it reads are some milliseconds apart. */
function expectTrueRates(observation: EdgeObservation): void {
  const seen = ratesOf(observation);
  expect(Object.keys(seen).sort()).toEqual(Object.keys(trueRates).sort());
  for (const [key, rate] of Object.entries(trueRates)) {
    expect(Math.abs(seen[key]! - rate), `${key}: ${seen[key]!} instead of ${rate} per second`).toBeLessThan(0.1 * rate);
  }
}

/** Of the edge, its load balancers, their origins and their endpoints. */
function agesOf({ ageMs, loadBalancers }: EdgeObservation): readonly number[] {
  const origins = loadBalancers.flatMap((balancer) => balancer.origins);
  const endpoints = origins.flatMap((origin) => origin.endpoints);
  return [ageMs, ...[...loadBalancers, ...origins, ...endpoints].map((aged) => aged.ageMs)];
}

function telemetrySourceContract(start: (edges: readonly SimulatedEdge[]) => Promise<RunningSource>): void {
  // One edge for each example that changes its own, so that no example depends on another, and all can wait at the same time.
  const steady = new SimulatedEdge('steady');
  const silenced = new SimulatedEdge('silenced');
  const restarted = new SimulatedEdge('restarted');
  const shrinking = new SimulatedEdge('shrinking');
  const newcomer = new SimulatedEdge('newcomer');
  const edges = [steady, silenced, restarted, shrinking, newcomer];
  let running: RunningSource | undefined;

  beforeAll(async () => {
    newcomer.fallSilent();
    await Promise.all(edges.map((edge) => edge.listen()));
    running = await start(edges);
    for (const edge of edges.filter(({ isSilent }) => !isSilent)) await observeTrueRates(edge);
  });

  afterAll(async () => {
    await running?.stop();
    await Promise.all(edges.map((edge) => edge.close()));
  });

  /** What is known of one edge now. */
  async function find(edge: SimulatedEdge): Promise<EdgeObservation | undefined> {
    const { edges: seen } = await running!.source.observe(idle, []);
    return seen.find(({ edge: name }) => name === edge.name);
  }

  async function observe(edge: SimulatedEdge): Promise<EdgeObservation> {
    const seen = await find(edge);
    expect(seen, `of ${edge.name}`).toBeDefined();
    return seen!;
  }

  function observeTrueRates(edge: SimulatedEdge): Promise<EdgeObservation> {
    return eventually(async () => {
      const seen = await observe(edge);
      expectTrueRates(seen);
      return seen;
    });
  }

  function expectFresh(edge: SimulatedEdge): Promise<void> {
    return eventually(async () => {
      expect(Math.max(...agesOf(await observe(edge)))).toBeLessThan(freshMs);
    });
  }

  /** Every rate seen until the assertion holds. */
  async function ratesUntil(
    edge: SimulatedEdge,
    assertion: (observation: EdgeObservation) => void,
  ): Promise<readonly (readonly [key: string, rate: number])[]> {
    const seen: Rates[] = [];
    await eventually(async () => {
      const observation = await observe(edge);
      seen.push(ratesOf(observation));
      assertion(observation);
    });
    return seen.flatMap((rates) => Object.entries(rates));
  }

  it.concurrent(
    'tells how many connections come in and go to each origin, over all listeners and endpoints',
    async () => {
      await observeTrueRates(steady);
    },
  );

  it.concurrent('tells round-trip times in milliseconds, and none that no probe measured', async () => {
    expect(byOrigin(await observeTrueRates(steady), ({ rttMs }) => rttMs)).toEqual({
      'shop/us-west': expect.closeTo(12.5, 6) as number,
      'shop/eu-central': expect.closeTo(80, 6) as number,
      'api/us-west': undefined,
    });
  });

  it.concurrent('tells how many connections are open at each origin, over all listeners and endpoints', async () => {
    expect(byOrigin(await observeTrueRates(steady), ({ activeConnections }) => activeConnections)).toEqual({
      'shop/us-west': 435,
      'shop/eu-central': 0,
      'api/us-west': 12,
    });
  });

  it.concurrent('tells the verdict on each endpoint, and none that is not known yet', async () => {
    const verdicts = byOrigin(await observeTrueRates(steady), ({ endpoints }) =>
      endpoints.map(({ address, up }) => [address, up] as const),
    );
    expect(verdicts).toEqual({
      'shop/us-west': [
        ['192.0.2.1', true],
        ['192.0.2.2', false],
      ],
      'shop/eu-central': [['2001:db8::7', true]],
      'api/us-west': [],
    });
  });

  it.concurrent('orders edges, load balancers and origins by name', async () => {
    await Promise.all([steady, silenced, restarted].map(observeTrueRates));
    const { edges: seen } = await running!.source.observe(idle, []);
    const names = seen.map(({ edge }) => edge);
    expect(names).toEqual([...names].sort());
    const { loadBalancers } = await observe(steady);
    expect(loadBalancers.map(({ loadBalancer }) => loadBalancer)).toEqual(['api', 'shop']);
    expect(loadBalancers[1]?.origins.map(({ origin }) => origin)).toEqual(['eu-central', 'us-west']);
  });

  it.concurrent('tells when it observed, and figures no older than the last report', async () => {
    await observeTrueRates(steady);
    const before = Date.now();
    const { takenAtMs, edges: all } = await running!.source.observe(idle, []);
    expect(takenAtMs).toBeGreaterThanOrEqual(before);
    expect(takenAtMs).toBeLessThanOrEqual(Date.now());
    const seen = all.find(({ edge }) => edge === steady.name)!;
    expect(Math.min(...agesOf(seen))).toBeGreaterThanOrEqual(0);
    await expectFresh(steady);
  });

  it.concurrent('keeps the last figures of a silent edge, undiminished but older and older', async () => {
    await observeTrueRates(silenced);
    const trueSinceMs = performance.now();
    const alive = await eventually(async () => {
      // Prometheus' rates approach the truth while a window fills: the last one before the silence must have arrived there.
      expect(performance.now() - trueSinceMs).toBeGreaterThan(settlingMs);
      return observe(silenced);
    });
    silenced.fallSilent();
    await eventually(async () => {
      expect(Math.min(...agesOf(await observe(silenced)))).toBeGreaterThan(silentMs);
    });
    const silent = await observe(silenced);
    expectTrueRates(silent);
    expect(agesOf(silent)).toHaveLength(agesOf(alive).length);
    await expectFresh(steady);
  });

  it.concurrent('tells no rate of a new edge before it knows one', async () => {
    expect(await find(newcomer)).toBeUndefined();
    newcomer.speak();
    await eventually(() => observe(newcomer));
    const seen = await ratesUntil(newcomer, expectTrueRates);
    for (const [key, rate] of seen) expect(rate, key).toBeGreaterThan(0.7 * trueRates[key]!);
  });

  it.concurrent('takes no restart of an agent for a flood of traffic', async () => {
    await observeTrueRates(restarted);
    const restartedAtMs = performance.now();
    restarted.restart();
    const seen = await ratesUntil(restarted, (observation) => {
      expectTrueRates(observation);
      expect(performance.now() - restartedAtMs).toBeGreaterThan(silentMs);
    });
    for (const [key, rate] of seen) {
      expect(rate, key).toBeGreaterThanOrEqual(0);
      expect(rate, key).toBeLessThan(1.5 * trueRates[key]!);
    }
  });

  it.concurrent('stops telling of a load balancer that is gone, and of no other', async () => {
    await observeTrueRates(shrinking);
    shrinking.remove('api');
    const { loadBalancers } = await eventually(async () => {
      const seen = await observe(shrinking);
      expect(seen.loadBalancers.map(({ loadBalancer }) => loadBalancer)).toEqual(['shop']);
      return seen;
    });
    expect(loadBalancers[0]?.origins.map(({ endpoints }) => endpoints.length)).toEqual([1, 2]);
  });

  it.concurrent('answers two callers at once, and neither disturbs the other', async () => {
    await observeTrueRates(steady);
    const caller = new AbortController();
    const abandoned = running!.source.observe(caller.signal, []).catch(() => undefined);
    const kept = observe(steady);
    caller.abort();
    await abandoned;
    expectTrueRates(await kept);
  });

  it.concurrent('rejects when its signal is aborted', async () => {
    await expect(running!.source.observe(AbortSignal.abort(new Error('the cycle is over')), [])).rejects.toThrow();
  });
}

describe('AgentReportSource', () => {
  telemetrySourceContract((edges) => {
    const source = new AgentReportSource(clock, { rateWindowMs });
    const timer = setInterval(() => {
      for (const edge of edges) if (!edge.isSilent) source.record(edge.report());
    }, 500);
    const stop = (): Promise<void> => {
      clearInterval(timer);
      return Promise.resolve();
    };
    return Promise.resolve({ source, stop });
  });
});

describeWith('PrometheusSource', await findPrometheus(), (program) => {
  const failures: (readonly [origin: string, reason: string])[] = [];
  let source: PrometheusSource;

  telemetrySourceContract(async (edges) => {
    const server = await startPrometheus({
      program,
      targets: edges.map(({ target }) => target),
      scrapeIntervalMs: 1_000,
    });
    const onQueryFailed = (origin: string, reason: string) => failures.push([origin, reason]);
    source = new PrometheusSource({ url: server.url, rateWindowMs, timeoutMs: 5_000, clock, onQueryFailed });
    return { source, stop: () => server.stop() };
  });

  const asking = (origin: string, query: string): UtilizationQuery => ({ origin: originName(origin), query });

  it("tells what operators' queries answer: a scalar, or a vector of one element", async () => {
    const open = 'weir_edge_active_connections{edge="steady", load_balancer="shop", origin="us-west"}';
    const queries = [asking('us-west', `sum(${open}) / 1000`), asking('eu-central', 'scalar(vector(0.25))')];
    const { utilizations } = await eventually(async () => {
      const seen = await source.observe(idle, queries);
      expect(seen.utilizations).toHaveLength(2);
      for (const { ageMs } of seen.utilizations) expect(ageMs).toBeLessThan(freshMs);
      return seen;
    });
    expect(utilizations.map(({ origin, utilization }) => [origin, utilization])).toEqual([
      ['eu-central', 0.25],
      ['us-west', 0.435],
    ]);
  });

  it.each([
    ['is no PromQL', 'sum(', /refused a query: HTTP 400/],
    ['answers nothing', 'absent(vector(1))', /nothing in place of one figure/],
    ['answers many elements', 'label_replace(vector(1), "a", "b", "", "") or vector(2)', /2 elements in place of/],
    ['answers NaN', 'vector(0) / vector(0)', /NaN in place of a number/],
    ['answers a range', 'vector(1)[5s:1s]', /HTTP 400|a matrix in place of/],
  ])('leaves out the origin whose query %s, and no other figure', async (_, query, reason) => {
    failures.length = 0;
    const seen = await source.observe(idle, [asking('us-west', query), asking('eu-central', 'vector(0.5)')]);
    expect(seen.utilizations.map(({ origin }) => origin)).toEqual(['eu-central']);
    expect(seen.edges.map(({ edge }) => edge)).toContain('steady');
    expect(failures).toEqual([['us-west', expect.stringMatching(reason)]]);
  });
});
