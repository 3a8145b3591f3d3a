import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '#core/observe/observation.js';
import type { Clock } from '#core/ports/clock.js';
import type { TelemetrySource } from '#core/ports/telemetry-source.js';
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

/** Two cores are shared by Prometheus, the edges and the tests: a sample is fresh up to here. */
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

function ratesOf(observation: Observation): Rates {
  return Object.fromEntries([
    ...observation.demands.map(({ loadBalancer, ratePerSecond }) => [loadBalancer, ratePerSecond] as const),
    ...observation.loads.map(
      ({ loadBalancer, origin, ratePerSecond }) => [`${loadBalancer}/${origin}`, ratePerSecond] as const,
    ),
  ]);
}

/** The true rates within sampling error: a scrape's time stamp and the counters it reads are some milliseconds apart. */
function expectTrueRates(observation: Observation): void {
  const seen = ratesOf(observation);
  expect(Object.keys(seen).sort()).toEqual(Object.keys(trueRates).sort());
  for (const [key, rate] of Object.entries(trueRates)) {
    expect(Math.abs(seen[key]! - rate), `${key}: ${seen[key]!} instead of ${rate} per second`).toBeLessThan(0.1 * rate);
  }
}

function agesOf({ edges, demands, loads, rtts, health }: Observation): readonly number[] {
  return [...edges, ...demands, ...loads, ...rtts, ...health].map(({ ageMs }) => ageMs);
}

function telemetrySourceContract(start: (edges: readonly SimulatedEdge[]) => Promise<RunningSource>): void {
  // One edge for each example that changes its own, so that no example depends on another.
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
  });

  afterAll(async () => {
    await running?.stop();
    await Promise.all(edges.map((edge) => edge.close()));
  });

  /** What is known of one edge now. */
  async function observe(edge: SimulatedEdge): Promise<Observation> {
    const all = await running!.source.observe(idle);
    const ofEdge = (sample: { readonly edge: string }) => sample.edge === edge.name;
    return {
      takenAtMs: all.takenAtMs,
      edges: all.edges.filter(ofEdge),
      demands: all.demands.filter(ofEdge),
      loads: all.loads.filter(ofEdge),
      rtts: all.rtts.filter(ofEdge),
      health: all.health.filter(ofEdge),
    };
  }

  function observeTrueRates(edge: SimulatedEdge): Promise<Observation> {
    return eventually(async () => {
      const seen = await observe(edge);
      expectTrueRates(seen);
      return seen;
    });
  }

  /** Every rate seen until the assertion holds. */
  async function ratesUntil(
    edge: SimulatedEdge,
    assertion: (observation: Observation) => void,
  ): Promise<readonly (readonly [key: string, rate: number])[]> {
    const seen: Rates[] = [];
    await eventually(async () => {
      const observation = await observe(edge);
      seen.push(ratesOf(observation));
      assertion(observation);
    });
    return seen.flatMap((rates) => Object.entries(rates));
  }

  it('tells how many connections come in and go to each origin, over all listeners and endpoints', async () => {
    await observeTrueRates(steady);
  });

  it('tells round-trip times in milliseconds, and none that no probe measured', async () => {
    const { rtts } = await observeTrueRates(steady);
    const seen = rtts.map(({ loadBalancer, origin, rttMs }) => [`${loadBalancer}/${origin}`, rttMs]);
    expect(Object.fromEntries(seen)).toEqual({
      'shop/us-west': expect.closeTo(12.5, 6) as number,
      'shop/eu-central': expect.closeTo(80, 6) as number,
    });
  });

  it('tells the verdict on each endpoint, and none that is not known yet', async () => {
    const { health } = await observeTrueRates(steady);
    const seen = health.map(({ loadBalancer, origin, endpoint, up }) => [`${loadBalancer}/${origin}/${endpoint}`, up]);
    expect(Object.fromEntries(seen)).toEqual({
      'shop/us-west/192.0.2.1': true,
      'shop/us-west/192.0.2.2': false,
      'shop/eu-central/2001:db8::7': true,
    });
  });

  it('tells when it observed, and figures no older than the last report', async () => {
    await observeTrueRates(steady);
    const before = Date.now();
    const seen = await observe(steady);
    expect(seen.edges).toHaveLength(1);
    expect(seen.takenAtMs).toBeGreaterThanOrEqual(before);
    expect(seen.takenAtMs).toBeLessThanOrEqual(Date.now());
    expect(Math.min(...agesOf(seen))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...agesOf(seen))).toBeLessThan(freshMs);
  });

  it('keeps the last figures of a silent edge, undiminished but older and older', async () => {
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
    expect(Math.max(...agesOf(await observe(steady)))).toBeLessThan(freshMs);
  });

  it('tells no rate of a new edge before it knows one', async () => {
    expect((await observe(newcomer)).edges).toEqual([]);
    newcomer.speak();
    const seen = await ratesUntil(newcomer, expectTrueRates);
    for (const [key, rate] of seen) expect(rate, key).toBeGreaterThan(0.7 * trueRates[key]!);
  });

  it('takes no restart of an agent for a flood of traffic', async () => {
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

  it('stops telling of a load balancer that is gone, and of no other', async () => {
    await observeTrueRates(shrinking);
    shrinking.remove('api');
    const { demands, loads, rtts, health } = await eventually(async () => {
      const seen = await observe(shrinking);
      expect(Object.keys(ratesOf(seen)).filter((key) => key.startsWith('api'))).toEqual([]);
      return seen;
    });
    expect([demands.length, loads.length, rtts.length, health.length]).toEqual([1, 2, 2, 3]);
  });

  it('answers two callers at once, and neither disturbs the other', async () => {
    await observeTrueRates(steady);
    const caller = new AbortController();
    const abandoned = running!.source.observe(caller.signal).catch(() => undefined);
    const kept = observe(steady);
    caller.abort();
    await abandoned;
    expectTrueRates(await kept);
  });

  it('rejects when its signal is aborted', async () => {
    await expect(running!.source.observe(AbortSignal.abort(new Error('the cycle is over')))).rejects.toThrow();
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
  telemetrySourceContract(async (edges) => {
    const server = await startPrometheus({
      program,
      targets: edges.map(({ target }) => target),
      scrapeIntervalMs: 1_000,
    });
    const source = new PrometheusSource({ url: server.url, rateWindowMs, timeoutMs: 5_000, clock });
    return { source, stop: () => server.stop() };
  });
});
