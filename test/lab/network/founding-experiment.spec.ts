import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dampingBreaches } from '#testkit/damping-contract.js';
import { eventually } from '#testkit/eventually.js';
import { findPrometheus, startPrometheus, type PrometheusServer } from '#testkit/prometheus-server.js';
import { describeWith, type RealPart } from '#testkit/real-part.js';
import type { HistoricCycle } from '#testkit/weir-api.js';
import { COUNTING_MS } from '../kernel-table.js';
import { EDGE_NAMES, network } from '../network-topology.js';
import { LOAD_BALANCER, NetworkWorld } from '../network-world.js';
import { findBird } from '../packages.js';
import type { Traffic } from '../programs/load-generator.js';
import { total } from '../spread.js';
import { ratesOf, writeExperiment, type Rates, type Sample } from './experiment-recording.js';

/*
 * The near origin is offered twice what it takes. The scheduler learns of it through a real Prometheus, which scrapes the
 * agents; what happens is told by the kernels' own counters. Played once; each example judges a part of it.
 */
/** Cycle and window as in production. The kernel adds its counters up every 2 s, which makes a rate over less time uncertain. */
const SETTING = { demand: 40, nearCapacity: 20, cycleSeconds: 15, windowSeconds: 60 };
const SCRAPE_MS = 5_000;
const SAMPLE_SECONDS = 5;
const SAMPLES = 72;
/** Until the window is full of what came after the excess was first seen; 32 samples, ten cycles, are left. */
const SETTLED = 40;
/** No endpoint dies here: a guest that is short of processor time must not look like one. */
const PATIENT_CHECK = {
  protocol: 'TCP',
  intervalMs: 2_000,
  timeoutMs: 1_900,
  unhealthyThreshold: 10,
  healthyThreshold: 1,
};
const TOLERANCE = 0.15;
const SWING = 0.1;
const BOUNDS = { maxShift: 0.02, overloadMaxShift: 0.25 };

interface Story {
  readonly rates: readonly Rates[];
  readonly cycles: readonly HistoricCycle[];
  readonly traffic: Traffic;
  readonly telemetry: string;
  /** Connections that the kernels counted in all. */
  readonly counted: number;
}

const bird = await findBird();
const prometheus = await findPrometheus();

describeWith('the founding experiment on IPVS', bird.available ? prometheus : bird, (prometheusProgram) => {
  let world: NetworkWorld;
  let server: PrometheusServer;
  let story: Story;

  beforeAll(async () => {
    world = await NetworkWorld.start(programOf(bird), async (lab) => {
      server = await startPrometheus({
        program: prometheusProgram,
        targets: NetworkWorld.agentTargets(lab),
        scrapeIntervalMs: SCRAPE_MS,
      });
      return {
        WEIR_CYCLE_SECONDS: String(SETTING.cycleSeconds),
        WEIR_RATE_WINDOW_SECONDS: String(SETTING.windowSeconds),
        WEIR_PROMETHEUS_URL: server.url,
      };
    });
    await world.declare({ nearCapacity: SETTING.nearCapacity, healthCheck: PATIENT_CHECK });
    await world.startAgents();
    await eventually(async () => {
      expect(Object.values(await nearShares())).toEqual([1, 1]);
      for (const name of EDGE_NAMES)
        expect(await world.controlPlane.api.edgeStatus(name)).toMatchObject({ isCurrent: true });
    }, 60_000);
    story = await play();
    const files = await writeExperiment(story.rates, SETTING);
    process.stdout.write(`${files.join('\n')}\n`);
  }, 900_000);

  afterAll(async () => {
    await world.stop();
    await server.stop();
  });

  it('is seen by the scheduler through Prometheus', () => {
    expect(story.telemetry).toBe('prometheus');
  });

  it('offers the near origin far more than it takes', () => {
    expect(Math.max(...story.rates.map(({ near }) => near))).toBeGreaterThan(1.25 * SETTING.nearCapacity);
  });

  it('spills what is too much to the far origin, and keeps the near one full', () => {
    const settled = story.rates.slice(SETTLED);
    const mean = total(settled.map(({ near }) => near)) / settled.length;
    expect(Math.abs(mean / SETTING.nearCapacity - 1)).toBeLessThanOrEqual(TOLERANCE);
    expect(total(settled.map(({ near, far }) => near + far)) / settled.length).toBeGreaterThan(0.9 * SETTING.demand);
  });

  // Both edges are equally far from near, so that which of them it serves may change with the latency each measures.
  it('does not swing: near’s part stays, and no edge takes back what it moved', () => {
    const settled = story.rates
      .slice(SETTLED)
      .map(({ nearShares: shown }) => EDGE_NAMES.map((name) => shown[name] ?? 0));
    const parts = settled.map((shares) => total(shares) / shares.length);
    expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(SWING);
    for (const index of EDGE_NAMES.keys())
      expect(takenBack(settled.map((shares) => shares[index] ?? 0))).toBeLessThanOrEqual(SWING);
  });

  it('keeps the damping contract all the way', () => {
    expect(dampingBreaches(story.cycles, BOUNDS)).toEqual([]);
  });

  it('fails no connection, and the kernels counted as many as were sent', () => {
    const { connections, failures, answeredBy } = story.traffic;
    expect(failures).toEqual({});
    expect(total(Object.values(answeredBy))).toBe(connections);
    expect(story.counted).toBe(connections);
  });

  async function play(): Promise<Story> {
    const { api } = world.controlPlane;
    const firstCycle = await api.lastCycleId();
    const startMs = performance.now();
    const first = await sample(startMs);
    const samples = [first];
    const flow = await world.startTraffic({ perSecond: SETTING.demand });
    while (samples.length <= SAMPLES) {
      await delay(Math.max(0, startMs + samples.length * SAMPLE_SECONDS * 1_000 - performance.now()));
      samples.push(await sample(startMs));
    }
    const traffic = await flow.end();
    await delay(COUNTING_MS);
    const last = await sample(startMs);
    const { telemetry } = await api.scheduler();
    return {
      rates: ratesOf(samples, SETTING.windowSeconds),
      cycles: await api.cyclesAfter(firstCycle),
      traffic,
      telemetry,
      counted: last.near + last.far - first.near - first.far,
    };
  }

  async function sample(startMs: number): Promise<Sample> {
    const [shares, ...counts] = await Promise.all([nearShares(), ...EDGE_NAMES.map((name) => world.counted(name))]);
    const timeSeconds = (performance.now() - startMs) / 1_000;
    const countOf = (addresses: readonly string[]) =>
      total(counts.flatMap((counted) => addresses.map((address) => counted[address] ?? 0)));
    return { timeSeconds, near: countOf(network.origins.near), far: countOf(network.origins.far), nearShares: shares };
  }

  async function nearShares(): Promise<Readonly<Record<string, number>>> {
    const { pairs } = await world.controlPlane.api.shares(LOAD_BALANCER);
    return Object.fromEntries(
      pairs.map(({ edge, shares }) => [edge, shares.find(({ origin }) => origin === 'near')?.share ?? 0]),
    );
  }
});

/** How much was moved to and fro: all moves together without what they came to in the end. */
function takenBack(shares: readonly number[]): number {
  const moves = shares.slice(1).map((share, index) => share - (shares[index] ?? share));
  return total(moves.map(Math.abs)) - Math.abs(total(moves));
}

function programOf(part: RealPart): string {
  return part.available ? part.program : '';
}
