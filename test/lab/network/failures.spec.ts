import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { eventually } from '#testkit/eventually.js';
import { metricValue, parseExposition } from '#testkit/exposition.js';
import { describeWith } from '#testkit/real-part.js';
import { HOLD_SECONDS } from '../bird-configuration.js';
import { COUNTING_MS, peekDestinations } from '../kernel-table.js';
import { AGENT_PORT, lastSyncMs } from '../lab-agent.js';
import { EDGE_NAMES, network, type EdgeName } from '../network-topology.js';
import { HEALTH_CHECK, LOAD_BALANCER, NetworkWorld, PORT } from '../network-world.js';
import { findBird } from '../packages.js';
import { growth, total, type Counts } from '../spread.js';

const { near, far } = network.origins;
/** Connections per second. */
const DEMAND = 40;
/** What a look at the router and a busy machine may add. */
const SLACK_MS = 15_000;
/** For what comes to pass at no promised time. */
const PATIENCE_MS = 90_000;
const SHIFT_AT_ONCE = { maxShiftPercent: 100 };

describeWith('a network of edges when things fail and change', await findBird(), (bird) => {
  let world: NetworkWorld;

  beforeAll(async () => {
    world = await NetworkWorld.start(bird);
  });

  afterAll(() => world.stop());

  /** Everything is up, and near serves it all. */
  beforeEach(async ({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`${await world.account()}\n`);
    });
    await world.controlPlane.start();
    await world.serve('near');
    await world.serve('far');
    await world.declare({ isNearFirst: true, policy: SHIFT_AT_ONCE });
    await world.startAgents();
    await eventually(async () => {
      for (const name of EDGE_NAMES) expect(servingIn(await weightsOf(name))).toEqual(near);
    }, PATIENCE_MS);
  });

  it('loses an endpoint: the other endpoint of its origin takes over', async () => {
    await world.killEndpoint(near[0]);
    await expectServing([near[1]]);
    expect((await world.send(100)).answeredBy).toEqual({ [near[1]]: 100 });
  });

  it('loses an origin: the far one takes over, and gives back when it returns', async () => {
    await world.killOrigin('near');
    await expectServing(far);
    expect((await world.send(100)).answeredBy).toEqual({ [far[0]]: 100 });
    await eventually(async () => {
      expect(await sharesOf('near')).toEqual([0, 0]);
    }, PATIENCE_MS);
    await world.serve('near');
    await expectServing(near);
  });

  it('loses its control plane: goes on, and takes a dead endpoint out in time all the same', async () => {
    await world.controlPlane.kill();
    const flow = await world.startTraffic({ held: 10 });
    onTestFinished(flow.abandon);
    expect((await world.send(50)).failures).toEqual({});
    expect((await flow.end()).failures).toEqual({});

    const { unhealthyThreshold, intervalMs } = HEALTH_CHECK;
    const syncs = await Promise.all(EDGE_NAMES.map((name) => lastSyncMs(world.lab.edge(name))));
    // A sync takes milliseconds on an ordinary kernel.
    const patienceMs = unhealthyThreshold * intervalMs + 1_000 + 2 * Math.max(...syncs);
    await world.killEndpoint(near[0]);
    const diedMs = performance.now();
    await expectServing([near[1]], patienceMs);
    say(`without a control plane the kernels spared the dead endpoint after ${sinceMs(diedMs)} of ${patienceMs} ms`);
    expect((await world.send(50)).answeredBy).toEqual({ [near[1]]: 50 });
  });

  it('changes weights under load, and fails no connection', async () => {
    const flow = await world.startTraffic({ held: 20 });
    onTestFinished(flow.abandon);
    // A dial bounds the sum over the edges; this is for each of them.
    for (const percent of [30, 80, 10]) {
      await world.declare({ policy: { mode: 'manual', manualShares: { near: percent, far: 100 - percent } } });
      await eventually(async () => {
        for (const name of EDGE_NAMES) expectNearPart(await weightsOf(name), percent);
      }, PATIENCE_MS);
    }
    const { connections, failures } = await flow.end();
    say(`${connections} connections while weights changed three times, ${total(Object.values(failures))} failed`);
    expect(failures).toEqual({});
  });

  it('drains an origin: its connections stay, in plain sight, and new ones go elsewhere', async () => {
    const flow = await world.startTraffic({ held: 10, concurrency: 1 });
    onTestFinished(flow.abandon);
    await eventually(async () => {
      expect(await openConnections()).toBeGreaterThanOrEqual(10);
    });
    await world.controlPlane.api.patch('/v1/origins/near', { state: 'draining' });
    onTestFinished(() => world.controlPlane.api.patch('/v1/origins/near', { state: 'active' }));
    await expectServing(far);
    await delay(COUNTING_MS);
    const before = await countedEverywhere();
    expect((await world.send(100)).answeredBy).toEqual({ [far[0]]: 100 });
    // The kernel adds its counters up every two seconds. What near got once would stay in the difference.
    await eventually(async () => {
      const grown = growth(await countedEverywhere(), before);
      expect(grown[far[0]]).toBeGreaterThanOrEqual(100);
      expect(Object.keys(grown)).toEqual(far);
    });
    expect(await openConnections()).toBeGreaterThanOrEqual(10);
    expect((await flow.end()).failures).toEqual({});
  });

  it('loses an edge: the other takes its users, and the scheduler sees their demand there', async () => {
    const [first, second] = EDGE_NAMES;
    const flow = await world.startTraffic({ perSecond: DEMAND });
    onTestFinished(flow.abandon);
    await expectDemand(first, DEMAND / 2);
    world.lab.edge(second).cutPower();
    const diedMs = performance.now();
    await world.expectRoutes([first], HOLD_SECONDS * 1_000 + SLACK_MS);
    say(`the other edge had its users after ${sinceMs(diedMs)}`);
    await expectDemand(first, DEMAND);
    const { connections, failures } = await flow.end();
    say(`${total(Object.values(failures))} of ${connections} connections failed meanwhile`);
  });

  /** New connections per second, as the scheduler knows them. */
  async function expectDemand(name: EdgeName, expected: number): Promise<void> {
    await eventually(async () => {
      const { pairs } = await world.controlPlane.api.shares(LOAD_BALANCER);
      const demand = pairs.find(({ edge }) => edge === name)?.demand ?? 0;
      expect(Math.abs(demand / expected - 1)).toBeLessThanOrEqual(0.25);
    }, PATIENCE_MS);
  }

  /** Both kernels send new connections to exactly these endpoints. */
  async function expectServing(endpoints: readonly string[], timeoutMs = PATIENCE_MS): Promise<void> {
    await eventually(async () => {
      for (const name of EDGE_NAMES) expect(servingIn(await weightsOf(name))).toEqual(endpoints);
    }, timeoutMs);
  }

  async function weightsOf(name: EdgeName): Promise<Counts> {
    const destinations = await peekDestinations(world.lab.edge(name).commands, network.anycast, PORT);
    return Object.fromEntries(Object.entries(destinations).map(([address, { weight }]) => [address, weight]));
  }

  async function countedEverywhere(): Promise<Counts> {
    const counts = await Promise.all(EDGE_NAMES.map((name) => world.counted(name)));
    const addresses = [...new Set(counts.flatMap((counted) => Object.keys(counted)))];
    return Object.fromEntries(
      addresses.map((address) => [address, total(counts.map((counted) => counted[address] ?? 0))]),
    );
  }

  /** To the near origin, through all edges, as the agents' metrics tell. */
  async function openConnections(): Promise<number> {
    const expositions = await Promise.all(
      world.lab.edges.map(async ({ address }) => (await fetch(`http://${address}:${AGENT_PORT}/metrics`)).text()),
    );
    const counts = expositions.flatMap((text) =>
      near.map((endpoint) => metricValue(parseExposition(text), 'weir_edge_active_connections', { endpoint })),
    );
    return total(counts);
  }

  async function sharesOf(origin: string): Promise<readonly number[]> {
    const { pairs } = await world.controlPlane.api.shares(LOAD_BALANCER);
    return pairs.map(({ shares }) => shares.find((decision) => decision.origin === origin)?.share ?? 0);
  }
});

function servingIn(weights: Counts): readonly string[] {
  return Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .map(([address]) => address)
    .sort();
}

function expectNearPart(weights: Counts, percent: number): void {
  const nearWeight = total(near.map((address) => weights[address] ?? 0));
  expect(Math.abs((100 * nearWeight) / total(Object.values(weights)) - percent)).toBeLessThanOrEqual(1);
}

/** The figures of a run are worth reading even when it passes. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sinceMs(startedMs: number): string {
  return `${Math.round(performance.now() - startedMs)} ms`;
}
