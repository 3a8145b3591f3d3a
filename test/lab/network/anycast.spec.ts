import { isIPv6 } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { eventually } from '#testkit/eventually.js';
import { describeWith } from '#testkit/real-part.js';
import { HOLD_SECONDS } from '../bird-configuration.js';
import { peekDestinations, readServices } from '../kernel-table.js';
import { expectHealthy } from '../lab-agent.js';
import { EDGE_NAMES, network, type EdgeName } from '../network-topology.js';
import { NetworkWorld, PORT } from '../network-world.js';
import { findBird } from '../packages.js';
import { runCommand } from '../run-command.js';
import { growth, total } from '../spread.js';

/** Whose packets the router sends to the first edge whatever BGP says, as one does that has not heard of a withdrawal. */
const [PINNED_CLIENT = ''] = network.clients;
const [FIRST, SECOND] = EDGE_NAMES;

/** What a look at the router, a sync of the agent, and a machine that is busy with something else may add. */
const SLACK_MS = 15_000;

/** Longer than the agent's interval between two syncs. */
const WATCHDOG_SECONDS = 10;

describeWith('two edges that announce the same addresses', await findBird(), (bird) => {
  let world: NetworkWorld;

  beforeAll(async () => {
    world = await NetworkWorld.start(bird);
    await pin(PINNED_CLIENT, FIRST);
    await world.declare({ isDualStack: true });
    await world.startAgents();
  });

  afterAll(() => world.stop());

  beforeEach(async ({ onTestFailed }) => {
    await world.startAgents();
    onTestFailed(async () => {
      process.stderr.write(`${await world.account()}\n`);
    });
  });

  it('are both users’ next hops, and both kernels count', async () => {
    const before = await countedByEdge();
    const { failures } = await world.send(300);
    expect(failures).toEqual({});
    await eventually(async () => {
      const counted = await countedSince(before);
      expect(total(Object.values(counted))).toBe(300);
      expect(Math.min(...Object.values(counted))).toBeGreaterThan(75);
    });
  });

  it('are both users’ next hops by IPv6 too, until one is drained', async () => {
    const { anycastIpv6 } = network;
    await world.expectIpv6Routes(EDGE_NAMES);
    const before = await countedByEdge(anycastIpv6);
    const { failures, answeredBy } = await world.sendByIpv6(200);
    expect(failures).toEqual({});
    expect(Object.keys(answeredBy).every(isIPv6)).toBe(true);
    await eventually(async () => {
      const counted = await countedSince(before, anycastIpv6);
      expect(total(Object.values(counted))).toBe(200);
      expect(Math.min(...Object.values(counted))).toBeGreaterThan(50);
    });

    await world.controlPlane.api.patch(`/v1/edges/${FIRST}`, { state: 'draining' });
    await world.expectIpv6Routes([SECOND]);
    const drained = await countedByEdge(anycastIpv6);
    expect((await world.sendByIpv6(60)).failures).toEqual({});
    await eventually(async () => {
      expect(await countedSince(drained, anycastIpv6)).toEqual({ [FIRST]: 0, [SECOND]: 60 });
    });
    await world.controlPlane.api.patch(`/v1/edges/${FIRST}`, { state: 'active' });
    await world.expectIpv6Routes(EDGE_NAMES);
    await world.expectRoutes(EDGE_NAMES);
  });

  it('keep their route when an agent is killed and comes back before its watchdog loses patience', async () => {
    const watchdog = await world.startWatchdog(FIRST, 60);
    onTestFinished(() => watchdog.stop());
    const flow = await world.startTraffic({ held: 10 });
    onTestFinished(flow.abandon);
    const before = await countedByEdge();
    await world.killAgent(FIRST);
    await eventually(async () => {
      expect((await countedSince(before))[FIRST]).toBeGreaterThan(50);
    });
    expect(await world.lab.nextHops()).toHaveLength(2);
    await world.startAgent(FIRST);
    await eventually(() => expectHealthy(world.lab.edge(FIRST)));
    expect(await world.lab.nextHops()).toHaveLength(2);
    expect((await flow.end()).failures).toEqual({});
  });

  it('lose the one whose agent stays dead to its watchdog, until it lives again', async () => {
    const watchdog = await world.startWatchdog(FIRST, WATCHDOG_SECONDS);
    onTestFinished(() => watchdog.stop());
    await world.killAgent(FIRST);
    const diedMs = performance.now();
    await world.expectRoutes([SECOND], WATCHDOG_SECONDS * 1_000 + SLACK_MS);
    say(`withdrawn ${seconds(performance.now() - diedMs)} after its agent was killed`);
    await watchdog.stop();
    const before = await countedByEdge();
    expect(await sendUnpinned(60)).toEqual({});
    await eventually(async () => {
      expect(await countedSince(before)).toEqual({ [FIRST]: 0, [SECOND]: 60 });
    });
    await world.startAgent(FIRST);
    await world.expectRoutes(EDGE_NAMES);
  });

  it('lose one that is drained, which still forwards what reaches it', async () => {
    const flow = await world.startTraffic({ held: 10, concurrency: 1, sources: [PINNED_CLIENT] });
    onTestFinished(flow.abandon);
    await eventually(async () => {
      expect(await activeConnections(FIRST)).toBeGreaterThanOrEqual(10);
    });
    await world.controlPlane.api.patch(`/v1/edges/${FIRST}`, { state: 'draining' });
    await world.expectRoutes([SECOND]);
    const before = await countedByEdge();
    expect(await sendUnpinned(60)).toEqual({});
    await eventually(async () => {
      expect((await countedSince(before))[SECOND]).toBe(60);
    });
    const services = await readServices(world.lab.edge(FIRST).commands);
    expect(Object.keys(services).sort()).toEqual([`${network.anycast}:443`, `[${network.anycastIpv6}]:443`]);
    expect((await flow.end()).failures).toEqual({});
    await world.controlPlane.api.patch(`/v1/edges/${FIRST}`, { state: 'active' });
    await world.expectRoutes(EDGE_NAMES);
  });

  it('lose one whose agent is told to stop, and not one whose agent is told to make room for the next', async () => {
    await world.agents.get(FIRST)?.stop(20_000);
    await world.expectRoutes([SECOND]);
    await world.startAgent(FIRST);
    await world.expectRoutes(EDGE_NAMES);

    await world.agents.get(FIRST)?.signal('USR2');
    await eventually(async () => {
      expect(await world.agents.get(FIRST)?.isRunning()).toBe(false);
    });
    expect(await world.lab.nextHops()).toHaveLength(2);
    await world.startAgent(FIRST);
    await eventually(() => expectHealthy(world.lab.edge(FIRST)));
    expect(await world.lab.nextHops()).toHaveLength(2);
  });

  it('lose one whose power fails, and the other takes all users', async () => {
    world.lab.edge(SECOND).cutPower();
    const diedMs = performance.now();
    await world.expectRoutes([FIRST], HOLD_SECONDS * 1_000 + SLACK_MS);
    say(`the other edge had its users ${seconds(performance.now() - diedMs)} after its power failed`);
    const before = await world.counted(FIRST);
    expect((await world.send(100)).failures).toEqual({});
    await eventually(async () => {
      expect(total(Object.values(growth(await world.counted(FIRST), before)))).toBe(100);
    });
  });

  /** What became of connections from all clients but the pinned one: failures by kind. */
  async function sendUnpinned(connections: number): Promise<Readonly<Record<string, number>>> {
    const sources = network.clients.filter((client) => client !== PINNED_CLIENT);
    const flow = await world.startTraffic({ short: connections, concurrency: 10, pauseMs: 0, sources });
    return (await flow.end()).failures;
  }

  async function pin(client: string, edge: EdgeName): Promise<void> {
    const ip = ['ip', '-n', world.lab.topology.namespaces.router];
    await runCommand([...ip, 'route', 'add', 'default', 'via', network.edges[edge].front, 'table', '100']);
    await runCommand([...ip, 'rule', 'add', 'from', client, 'table', '100']);
  }

  async function countedByEdge(anycast?: string): Promise<Record<EdgeName, number>> {
    const [first, second] = await Promise.all(
      EDGE_NAMES.map(async (name) => total(Object.values(await world.counted(name, anycast)))),
    );
    return { [FIRST]: first ?? 0, [SECOND]: second ?? 0 };
  }

  async function countedSince(before: Record<EdgeName, number>, anycast?: string): Promise<Record<EdgeName, number>> {
    const after = await countedByEdge(anycast);
    return { [FIRST]: after[FIRST] - before[FIRST], [SECOND]: after[SECOND] - before[SECOND] };
  }

  async function activeConnections(name: EdgeName): Promise<number> {
    const destinations = await peekDestinations(world.lab.edge(name).commands, network.anycast, PORT);
    return total(Object.values(destinations).map((destination) => destination.activeConnections));
  }
});

/** The figures of a run are worth reading even when it passes. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
