import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PublishedEndpoint } from '#contracts/edge-configuration.js';
import type { PublicationPoint } from '#core/ports/scheduler-store.js';
import { startControlPlane, type ControlPlaneProcess } from '#testkit/control-plane-process.js';
import { dampingBreaches } from '#testkit/damping-contract.js';
import type { Forwarding } from '#testkit/edge-agent-process.js';
import { eventually } from '#testkit/eventually.js';
import { freePorts } from '#testkit/free-port.js';
import { withLastWords } from '#testkit/last-words.js';
import {
  DAMPING_BOUNDS,
  DEMAND,
  EDGES,
  LOAD_BALANCER,
  MAX_SHIFT,
  NEAR_CAPACITY,
  NearAndFar,
  nearSettlesAt,
} from '#testkit/near-and-far.js';
import { answeredShare, countBetween, type LoadCount } from '#testkit/paced-load.js';
import { WeirApi, type HistoricCycle } from '#testkit/weir-api.js';
import { FakeControlPlane } from '../../edge-agent/src/client/fake-control-plane.js';
import { exampleConfiguration, exampleLoadBalancer } from '../../edge-agent/src/configuration/example-configuration.js';

/*
 * What users notice when parts of Weir die: nothing. The story is played once; each example judges a part of what was
 * recorded.
 *
 *     steady    the loop has settled
 *     orphaned  the control plane is killed
 *     failing   the near origin dies and returns while nobody but the agents can know
 *     reborn    an agent is killed and starts without a control plane
 *     governed  the control plane starts again on its data, and publishes
 */
const CYCLE_SECONDS = 0.5;
const SHARE_TOLERANCE = 0.03;

/** Agents that found nobody wait up to 15 s before they ask again. */
const RECONNECT_TIMEOUT_MS = 60_000;

/** What happened while so many connections were opened. */
interface Phase {
  readonly count: LoadCount;
  /** By edge, in the order of EDGES. */
  readonly before: readonly Forwarding[];
  readonly after: readonly Forwarding[];
  /** Status codes of the agents' `/healthz`. */
  readonly health: readonly number[];
}

interface Story {
  readonly steady: Phase;
  readonly orphaned: Phase;
  readonly failing: Phase;
  readonly reborn: Phase;
  readonly governed: Phase;
  readonly whole: LoadCount;
  /** The last publication before the control plane was killed, and all since. */
  readonly published: { readonly before: PublicationPoint; readonly after: readonly PublicationPoint[] };
  /** Id of the last cycle before the control plane was killed. */
  readonly lastBefore: number;
  /** From before the kill to the end. */
  readonly cycles: readonly HistoricCycle[];
}

let world: NearAndFar;
let controlPlane: ControlPlaneProcess;
let story: Story;

beforeAll(async () => {
  world = await NearAndFar.start();
  // Agents must find the next control plane where this one was.
  const [port = 0] = await freePorts(1);
  controlPlane = await start({ port });
  story = await withLastWords(
    () => [controlPlane, ...world.agents],
    () => play(port),
  );
});

afterAll(async () => {
  await world.stop();
  await controlPlane.stop();
});

describe('without its control plane, an edge', () => {
  it('goes on with every connection in the same proportion', () => {
    const { steady, orphaned } = story;
    expect(orphaned.count.opened).toBeGreaterThanOrEqual(500);
    expect(orphaned.count.failed).toBe(0);
    expect(orphaned.after).toEqual(orphaned.before);
    expectForwardedAsWeighted(orphaned);
    expectClose(answeredShare(orphaned.count.answered, 'near'), answeredShare(steady.count.answered, 'near'));
  });

  it('is healthy all the same', () => {
    expect(story.orphaned.health).toEqual([200, 200]);
    expect(story.reborn.health).toEqual([200, 200]);
  });

  it('takes a dead origin out by itself, and gives it its weight back when it returns', () => {
    const { orphaned, failing } = story;
    expect(failing.before.map(({ shares }) => shares)).toEqual(EDGES.map(() => ({ near: 0, far: 1 })));
    expect(failing.count.answered['near'] ?? 0).toBe(0);
    expect(failing.count.failed).toBe(0);
    // What was under way to the origin when it died; agents try once elsewhere what they cannot connect.
    expect(story.whole.failed).toBeLessThanOrEqual(DEMAND / 5);
    expect(failing.after).toEqual(orphaned.after);
  });

  it('starts again on what it stored, with the same weights', () => {
    const { orphaned, reborn } = story;
    expect(reborn.before).toEqual(orphaned.after);
    expect(reborn.after).toEqual(orphaned.after);
    expect(reborn.count.opened).toBeGreaterThanOrEqual(500);
    expect(reborn.count.failed).toBe(0);
    expectForwardedAsWeighted(reborn);
  });
});

describe('a control plane that starts again on its data', () => {
  it('governs under a later term, with later generations', () => {
    const { before, after } = story.published;
    expect(after.length).toBeGreaterThan(0);
    for (const point of after) {
      expect(point.term).toBeGreaterThan(before.term);
      expect(point.generation).toBeGreaterThan(before.generation);
    }
    for (const { generation } of story.governed.after) expect(generation).toBeGreaterThan(before.generation);
  });

  it('goes on from the shares in force, without a jump', () => {
    expect(story.cycles.length).toBeGreaterThan(12);
    expect(dampingBreaches(story.cycles, DAMPING_BOUNDS)).toEqual([]);
    const reasons = story.cycles.flatMap(({ plan }) => plan!.pairs.flatMap(({ shares }) => shares));
    expect(reasons.filter(({ reason }) => !['held', 'damped', 'stale'].includes(reason))).toEqual([]);
    // Edges may trade with each other within the bound; users are spread evenly over them, and what the near origin gets of
    // all stays where it was.
    const [settled, ...later] = story.cycles.filter(({ id }) => id >= story.lastBefore).map(meanNearShare);
    for (const share of later) expect(Math.abs(share - settled!)).toBeLessThanOrEqual(MAX_SHIFT);
  });

  it('moves the weights of its agents no further than its plans', () => {
    const { reborn, governed } = story;
    EDGES.forEach((edge, index) => {
      const { generation, shares } = governed.before[index]!;
      const cycle = story.cycles.find(({ published }) => published?.generation === generation)!;
      const planned = cycle.plan!.pairs.find((pair) => pair.edge === edge)!.shares;
      const cyclesMissed = Math.max(1, cycle.id - story.lastBefore);
      for (const { origin, share } of planned) {
        expect(shares[origin]).toBeCloseTo(share, 2);
        const shift = Math.abs(shares[origin]! - reborn.after[index]!.shares[origin]!);
        expect(shift).toBeLessThanOrEqual(cyclesMissed * MAX_SHIFT);
      }
    });
  });

  it('costs no connection', () => {
    const { steady, governed } = story;
    expect(governed.count.opened).toBeGreaterThanOrEqual(500);
    expect(governed.count.failed).toBe(0);
    expectClose(answeredShare(governed.count.answered, 'near'), answeredShare(steady.count.answered, 'near'));
  });
});

describe('an agent that holds a publication', () => {
  const fakes: FakeControlPlane[] = [];
  let solitary: NearAndFar;

  afterEach(async () => {
    for (const fake of fakes.splice(0)) await fake.stop();
    await solitary.stop();
  });

  it.each([
    ['an older generation', { term: 5, generation: 6 }],
    ['an older term, though its generation is higher', { term: 4, generation: 99 }],
  ])('refuses %s, after a crash as well', async (_, older) => {
    solitary = await NearAndFar.start();
    const fake = new FakeControlPlane();
    fakes.push(fake);
    await fake.start();
    fake.publish(publication({ term: 5, generation: 7 }, [9, 1]));
    const agent = await solitary.startAgent('ams-1', fake.url);
    await eventually(() => {
      expect(fake.reports.at(-1)?.applied).toEqual({ term: 5, generation: 7 });
    });
    const held = { generation: 7, shares: { near: 0.9, far: 0.1 } };
    expect(await agent.forwarding()).toEqual(held);

    fake.publish(publication(older, [1, 9]));
    await eventually(() => {
      expect(refusals()).toHaveLength(1);
    });
    expect(await agent.forwarding()).toEqual(held);

    await agent.kill();
    fake.reports.length = 0;
    const reborn = await solitary.startAgent('ams-1', fake.url);
    expect(await reborn.forwarding()).toEqual(held);
    await eventually(() => {
      expect(refusals()).toHaveLength(1);
    });
    expect(await reborn.forwarding()).toEqual(held);
    expect(fake.reports.at(-1)?.applied).toEqual({ term: 5, generation: 7 });

    function refusals() {
      return (fake.reports.at(-1)?.errors ?? []).filter(({ code }) => code === 'configuration-refused');
    }
  });

  function publication(point: { readonly term: number; readonly generation: number }, weights: [number, number]) {
    const endpoints = [solitary.near, solitary.far].map(({ name, port }, index): PublishedEndpoint => ({
      origin: name,
      address: '127.0.0.1',
      port,
      weight: weights[index]!,
    }));
    const listeners = [{ protocol: 'TCP' as const, port: 80 }];
    return exampleConfiguration({ ...point, loadBalancers: [exampleLoadBalancer({ listeners, endpoints })] });
  }
});

async function play(port: number): Promise<Story> {
  const api = new WeirApi(controlPlane);
  await world.declare(api);
  await world.startAgents(controlPlane);
  // Placed before users come, the edges are relieved together.
  await eventually(async () => {
    const { pairs } = await api.shares(LOAD_BALANCER);
    const near = pairs.map(({ shares }) => shares.find(({ origin }) => origin === 'near')?.share);
    expect(near).toEqual([1, 1]);
  });
  world.load.start();
  await nearSettlesAt(api, NEAR_CAPACITY);
  const steady = await phase(400);

  const seen = await api.lastCycleId();
  const killedAtMs = Date.now();
  await killControlPlane();
  const orphaned = await phase(600);
  const failing = await fail(orphaned.after);

  await world.load.stop();
  await world.agents.find(({ edge }) => edge === 'ams-1')!.kill();
  await world.startAgent('ams-1', controlPlane.url);
  world.load.start();
  const reborn = await phase(500);

  const { dataDirectory } = controlPlane;
  controlPlane = await start({ port, dataDirectory });
  // Shares rest, so nothing would be published unless operators changed something that moves no share.
  await api.patch(`/v1/load-balancers/${LOAD_BALANCER}`, { healthCheck: { unhealthyThreshold: 4 } });
  await eventually(async () => {
    const generations = (await forwardings()).map(({ generation }) => generation);
    for (const [index, { generation }] of reborn.after.entries()) {
      expect(generations[index]).toBeGreaterThan(generation);
    }
  }, RECONNECT_TIMEOUT_MS);
  const governed = await phase(500);
  await api.passCycles(10);
  await world.load.stop();
  const all = await api.cyclesAfter(0);
  const lastBefore = all.findLast(({ startedAt }) => Date.parse(startedAt) <= killedAtMs)!.id;
  const published = {
    before: publishedIn(all.filter(({ id }) => id <= lastBefore)).at(-1)!,
    after: publishedIn(all.filter(({ id }) => id > lastBefore)),
  };
  const cycles = all.filter(({ id }) => id > seen - 3);
  return { steady, orphaned, failing, reborn, governed, whole: world.load.count(), published, lastBefore, cycles };
}

function meanNearShare({ plan }: HistoricCycle): number {
  const near = plan!.pairs.flatMap(({ shares }) => shares.filter(({ origin }) => origin === 'near'));
  return near.reduce((sum, { share }) => sum + share, 0) / near.length;
}

function publishedIn(cycles: readonly HistoricCycle[]): readonly PublicationPoint[] {
  return cycles.flatMap(({ published }) => published ?? []);
}

function start(options: { readonly port: number; readonly dataDirectory?: string }): Promise<ControlPlaneProcess> {
  const environment = { WEIR_CYCLE_SECONDS: String(CYCLE_SECONDS), WEIR_RATE_WINDOW_SECONDS: '2' };
  return startControlPlane({ ...options, environment });
}

/** Kills the control plane, and waits until nothing it published is on its way any more. */
async function killControlPlane(): Promise<void> {
  await controlPlane.kill();
  await eventually(async () => {
    const { before, after } = await phase(50);
    expect(after).toEqual(before);
  });
}

/** The near origin dies and returns; the phase is the time between, once both agents know. */
async function fail(healthy: readonly Forwarding[]): Promise<Phase> {
  await world.near.kill();
  await eventually(async () => {
    for (const { shares } of await forwardings()) expect(shares['near']).toBe(0);
  });
  const dead = await phase(200);
  await world.near.start();
  const after = await eventually(async () => {
    const recovered = await forwardings();
    expect(recovered).toEqual(healthy);
    return recovered;
  });
  return { ...dead, after };
}

async function phase(connections: number): Promise<Phase> {
  const before = await forwardings();
  const first = world.load.count();
  await eventually(() => {
    expect(world.load.count().opened - first.opened).toBeGreaterThanOrEqual(connections);
  });
  const count = countBetween(first, world.load.count());
  const after = await forwardings();
  return { count, before, after, health: await Promise.all(agentsInOrder().map((agent) => agent.health())) };
}

function forwardings(): Promise<readonly Forwarding[]> {
  return Promise.all(agentsInOrder().map((agent) => agent.forwarding()));
}

function agentsInOrder() {
  return EDGES.map((edge) => world.agents.find((agent) => agent.edge === edge)!);
}

/** Each edge's answers, against the weights it had. */
function expectForwardedAsWeighted({ count, after }: Phase): void {
  EDGES.forEach((edge, index) => {
    const answered = count.answeredOn[world.portOf(edge)]!;
    expectClose(answeredShare(answered, 'near'), after[index]!.shares['near']!);
  });
}

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(SHARE_TOLERANCE);
}
