import { afterAll, beforeAll, expect, it } from 'vitest';
import { startControlPlane, type ControlPlaneProcess } from '#testkit/control-plane-process.js';
import { dampingBreaches } from '#testkit/damping-contract.js';
import { eventually } from '#testkit/eventually.js';
import { metricValue, type MetricSample } from '#testkit/exposition.js';
import { freePorts } from '#testkit/free-port.js';
import { withLastWords } from '#testkit/last-words.js';
import { DAMPING_BOUNDS, DEMAND, EDGES, NEAR_CAPACITY, NearAndFar, nearSettlesAt } from '#testkit/near-and-far.js';
import { observedArcs } from '#testkit/observed-arcs.js';
import { findPrometheus, startPrometheus, type PrometheusServer } from '#testkit/prometheus-server.js';
import { describeWith } from '#testkit/real-part.js';
import { WeirApi, type HistoricCycle, type ShownOriginStatus, type ShownScheduler } from '#testkit/weir-api.js';

/*
 * Two control planes look at the same two agents: one by their reports, which it also steers, and one through a real
 * Prometheus. Told the same, they must decide the same. The story is played once; each example judges a part of it.
 *
 *     agree     150 connections/s settle where 60 fit at the near origin
 *     freeze    Prometheus stops; the near origin grows by half
 *     resume    Prometheus is back
 */
const CYCLE_SECONDS = 1;
const SCRAPE_INTERVAL_MS = 1_000;
const COMPARED_CYCLES = 6;
const FROZEN_CYCLES = 5;
const SHARE_TOLERANCE = 0.03;
const GROWN_CAPACITY = 1.5 * NEAR_CAPACITY;

/** A control plane by where its telemetry comes from. */
type ByTelemetry<T> = Readonly<Record<'reports' | 'prometheus', T>>;

interface Story {
  readonly scheduler: ByTelemetry<ShownScheduler>;
  /** Of the near origin, when both had settled. */
  readonly origin: ByTelemetry<ShownOriginStatus>;
  readonly settled: ByTelemetry<readonly HistoricCycle[]>;
  readonly resumed: ByTelemetry<readonly HistoricCycle[]>;
  readonly all: ByTelemetry<readonly HistoricCycle[]>;
  /** Cycles without Prometheus, and the scheduler and the metrics at their end. */
  readonly frozen: readonly HistoricCycle[];
  readonly frozenScheduler: ShownScheduler;
  readonly frozenMetrics: readonly MetricSample[];
}

const part = await findPrometheus();

describeWith('the loop through Prometheus', part, (program) => {
  let world: NearAndFar;
  let controlPlanes: ByTelemetry<ControlPlaneProcess>;
  let prometheus: PrometheusServer;
  let prometheusPort: number;
  let story: Story;

  beforeAll(async () => {
    world = await NearAndFar.start();
    [prometheusPort = 0] = await freePorts(1);
    const environment = { WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS), WEIR_RATE_WINDOW_SECONDS: '5' };
    const WEIR_PROMETHEUS_URL = `http://127.0.0.1:${prometheusPort}`;
    const [reports, prometheusOnly] = await Promise.all([
      startControlPlane({ environment }),
      startControlPlane({ environment: { ...environment, WEIR_PROMETHEUS_URL } }),
    ]);
    controlPlanes = { reports, prometheus: prometheusOnly };
    story = await withLastWords(() => Object.values(controlPlanes), play);
  });

  afterAll(async () => {
    await world.stop();
    await prometheus.stop();
    await Promise.all(Object.values(controlPlanes).map((controlPlane) => controlPlane.stop()));
  });

  it('is told of the same health and capacity', () => {
    expect(story.scheduler.reports.telemetry).toBe('reports');
    expect(story.scheduler.prometheus.telemetry).toBe('prometheus');
    expect(story.origin.prometheus.capacity).toBe(NEAR_CAPACITY);
    expect(story.origin.reports.capacity).toBe(NEAR_CAPACITY);
    const verdicts = healthOf(story.settled.reports.at(-1)!);
    expect(verdicts).toHaveLength(2 * EDGES.length);
    expect(healthOf(story.settled.prometheus.at(-1)!)).toEqual(verdicts);
  });

  it('measures the same demand and load', () => {
    const scraped = demandsIn(story.settled.prometheus.at(-1)!);
    const reported = demandsIn(story.settled.reports.at(-1)!);
    expect([...scraped.keys()]).toEqual(EDGES);
    for (const [edge, rate] of reported) expectWithin(scraped.get(edge)!, rate, 0.1);
    expectWithin(story.origin.prometheus.load, story.origin.reports.load, 0.1);
  });

  it('settles on the same share of the near origin', () => {
    const { reports, prometheus: scraped } = story.settled;
    expect(Math.abs(meanNearShare(scraped) - meanNearShare(reports))).toBeLessThanOrEqual(SHARE_TOLERANCE);
    expectWithin(meanNearShare(scraped) * DEMAND, NEAR_CAPACITY, 0.1);
  });

  it('moves no share while Prometheus is away, and says why', () => {
    const { frozen, frozenMetrics, frozenScheduler } = story;
    expect(frozen.length).toBeGreaterThanOrEqual(FROZEN_CYCLES);
    const shares = frozen.map(({ plan }) => plan!.pairs.map((pair) => pair.shares.map(({ share }) => share)));
    for (const later of shares) expect(later).toEqual(shares[0]);
    const reasons = frozen.flatMap(({ plan }) => plan!.pairs.flatMap((pair) => pair.shares));
    expect(new Set(reasons.map(({ reason }) => reason))).toEqual(new Set(['stale']));
    const failures = metricValue(frozenMetrics, 'weir_cycle_failures_total', { reason: 'telemetry-unavailable' });
    expect(failures).toBeGreaterThanOrEqual(FROZEN_CYCLES);
    expect(metricValue(frozenMetrics, 'weir_stale_inputs')).toBe(EDGES.length);
    expect(frozenScheduler).toMatchObject({ mode: 'running', telemetry: 'prometheus' });
  });

  it('goes on when Prometheus is back, and catches up with what it missed', () => {
    const { reports, prometheus: scraped } = story.resumed;
    expectWithin(meanNearShare(reports) * DEMAND, GROWN_CAPACITY, 0.1);
    expect(Math.abs(meanNearShare(scraped) - meanNearShare(reports))).toBeLessThanOrEqual(SHARE_TOLERANCE);
  });

  it('keeps the damping contract all the way', () => {
    for (const cycles of Object.values(story.all)) expect(dampingBreaches(cycles, DAMPING_BOUNDS)).toEqual([]);
  });

  async function play(): Promise<Story> {
    const apis = {
      reports: new WeirApi(controlPlanes.reports),
      prometheus: new WeirApi(controlPlanes.prometheus),
    };
    await both(apis, (api) => world.declare(api));
    await world.startAgents(controlPlanes.reports);
    prometheus = await scrape();
    await both(apis, (api) => eventually(() => expectPlaced(api)));

    world.load.start();
    const settled = await settle(apis, NEAR_CAPACITY);
    const origin = await both(apis, (api) => api.originStatus('near'));

    await prometheus.stop();
    // One cycle may have asked before.
    await apis.prometheus.passCycles(1);
    const lastInformed = await apis.prometheus.lastCycleId();
    for (const api of Object.values(apis)) await api.patch('/v1/origins/near', { capacity: { rate: GROWN_CAPACITY } });
    await nearSettlesAt(apis.reports, GROWN_CAPACITY);
    await apis.prometheus.passCycles(FROZEN_CYCLES);
    const frozen = await apis.prometheus.cyclesAfter(lastInformed);
    const frozenScheduler = await apis.prometheus.scheduler();
    const frozenMetrics = await apis.prometheus.metrics();

    prometheus = await scrape();
    const resumed = await settle(apis, GROWN_CAPACITY);
    await world.load.stop();
    return {
      ...{ settled, origin, frozen, frozenScheduler, frozenMetrics, resumed },
      scheduler: await both(apis, (api) => api.scheduler()),
      all: await both(apis, (api) => api.cyclesAfter(0)),
    };
  }

  function scrape(): Promise<PrometheusServer> {
    const targets = world.agents.map(({ url }) => new URL(url).host);
    return startPrometheus({ program, targets, scrapeIntervalMs: SCRAPE_INTERVAL_MS, port: prometheusPort });
  }
});

/** Waits until both expect so much at the near origin; answers the cycles after that. */
async function settle(apis: ByTelemetry<WeirApi>, nearLoad: number): Promise<ByTelemetry<readonly HistoricCycle[]>> {
  await both(apis, (api) => nearSettlesAt(api, nearLoad));
  const first = await both(apis, (api) => api.lastCycleId());
  await both(apis, (api) => api.passCycles(COMPARED_CYCLES));
  return {
    reports: await apis.reports.cyclesAfter(first.reports),
    prometheus: await apis.prometheus.cyclesAfter(first.prometheus),
  };
}

async function both<T>(apis: ByTelemetry<WeirApi>, ask: (api: WeirApi) => Promise<T>): Promise<ByTelemetry<T>> {
  const [reports, prometheus] = await Promise.all([ask(apis.reports), ask(apis.prometheus)]);
  return { reports, prometheus };
}

/** Every edge's latency and demand have been measured, and the near origin has everything. */
async function expectPlaced(api: WeirApi): Promise<void> {
  const [newest] = await api.cyclesAfter((await api.lastCycleId()) - 1);
  const pairs = newest?.plan?.pairs ?? [];
  expect(pairs.map(({ isProvisional }) => isProvisional)).toEqual(EDGES.map(() => false));
  for (const { shares } of pairs) {
    expect(shares).toContainEqual(expect.objectContaining({ origin: 'near', share: 1, reason: 'held' }));
  }
}

/** The part of all demand that the near origin is given, over the cycles' mean. */
function meanNearShare(cycles: readonly HistoricCycle[]): number {
  const shares = cycles.map(({ plan }) => {
    const pairs = plan!.pairs.map(({ demand, shares: decisions }) => ({
      demand,
      near: demand * decisions.find(({ origin }) => origin === 'near')!.share,
    }));
    return sum(pairs.map(({ near }) => near)) / sum(pairs.map(({ demand }) => demand));
  });
  return sum(shares) / shares.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** New connections per second of the load balancer, by edge. */
function demandsIn({ input }: HistoricCycle): ReadonlyMap<string, number> {
  return new Map(
    input.observation.edges.flatMap(({ edge, loadBalancers }) =>
      loadBalancers.map(({ ratePerSecond = Number.NaN }) => [edge, ratePerSecond]),
    ),
  );
}

function healthOf({ input }: HistoricCycle): readonly string[] {
  return observedArcs(input.observation)
    .flatMap(({ edge, origin, endpoints }) =>
      endpoints.map(({ address, up }) => `${edge} sees ${origin} ${address} ${up ? 'up' : 'down'}`),
    )
    .sort();
}

/** Relative to what is expected. */
function expectWithin(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(tolerance);
}
