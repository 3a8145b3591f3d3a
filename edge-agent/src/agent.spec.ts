import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Agent, type AgentParts, type SyncResult } from './agent.js';
import { exampleConfiguration, exampleLoadBalancer } from './configuration/example-configuration.js';
import type { ActualService } from './data-plane/data-plane.js';
import { FakeDataPlane } from './data-plane/fake-data-plane.js';
import { createLogger } from './logger.js';
import { abortable } from './probe/attempt.js';
import { Prober } from './probe/prober.js';
import type { AgentState } from './store/agent-state.js';
import type { StoredMemory } from './store/memory-file.js';
import { Memory } from './store/memory.js';
import type { LoadedState } from './store/state-file.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SERVICE = { protocol: 'TCP', address: '203.0.113.10', port: 443 } as const;
const FIRST = { address: '192.0.2.11', port: 8443 };
const CLOCK = { monotonicMs: () => performance.now(), nowMs: () => Date.now() };

/** What the agent before left; `memory` is on the clock of days. */
interface Legacy {
  readonly stored?: AgentState;
  readonly memory?: StoredMemory;
}

function createAgent({ stored, memory, ...changes }: Partial<Omit<AgentParts, 'memory'>> & Legacy = {}) {
  const dataPlane = new FakeDataPlane();
  const saved: AgentState[] = [];
  const results: SyncResult[] = [];
  const lines: string[] = [];
  const dead = new Set<string>();
  const prober = new Prober({
    attempt: ({ address }, onOutcome) =>
      abortable(() => (dead.has(address) ? Promise.reject(new Error('refused')) : Promise.resolve(5)), onOutcome),
    clock: { monotonicMs: () => performance.now() },
    random: () => 0,
    onChange: () => void agent.sync(),
  });
  const loaded: LoadedState = { state: stored ?? null, damage: null };
  const kept: StoredMemory[] = [];
  const agent = new Agent({
    edge: 'ams-1',
    dataPlane,
    prober,
    stateFile: {
      load: () => Promise.resolve(loaded),
      save: (state) => Promise.resolve(void saved.push(state)),
    },
    memory: new Memory({
      file: { load: () => Promise.resolve(memory ?? null), save: (next) => Promise.resolve(void kept.push(next)) },
      clock: CLOCK,
    }),
    clock: CLOCK,
    logger: createLogger('debug', (line) => void lines.push(line)),
    syncIntervalMs: 10_000,
    drainMs: 60_000,
    onSynced: (result) => void results.push(result),
    ...changes,
  });
  return { agent, dataPlane: dataPlane, saved, kept, results, lines, dead };
}

const weightsOf = async (dataPlane: FakeDataPlane) => {
  const [service] = await dataPlane.read();
  return service?.destinations.map(({ weight }) => weight);
};

const foreign: ActualService = {
  ...SERVICE,
  settings: { distribution: 'weighted-round-robin', affinitySeconds: null },
  counters: { connections: 5 },
  destinations: [],
};

describe('Agent', () => {
  it('waits for its first configuration', async () => {
    const { agent, dataPlane, saved } = createAgent();
    await agent.start();
    expect(agent.held).toBeNull();
    expect(agent.lastSync).toBeNull();
    expect(dataPlane.applied).toEqual([]);
    expect(saved).toEqual([]);
    await agent.stop();
  });

  it('applies an offered configuration, having stored it and what it will own', async () => {
    const { agent, dataPlane, saved } = createAgent();
    await agent.start();
    agent.offer(exampleConfiguration());
    await agent.sync();
    expect(saved).toEqual([{ configuration: exampleConfiguration(), owned: ['TCP 203.0.113.10:443'] }]);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    expect(agent.view().applied).toEqual({ term: 1, generation: 1 });
    await agent.stop();
  });

  it('takes up the stored configuration when it starts, and does not store it again', async () => {
    const { agent, dataPlane, saved } = createAgent({
      stored: { configuration: exampleConfiguration(), owned: ['TCP 203.0.113.10:443'] },
    });
    await agent.start();
    expect(agent.held).toEqual({ term: 1, generation: 1 });
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    expect(saved).toEqual([]);
    await agent.stop();
  });

  it("does not take up another edge's configuration", async () => {
    const { agent, dataPlane } = createAgent({
      stored: { configuration: exampleConfiguration({ edge: 'fra-1' }), owned: [] },
    });
    await agent.start();
    expect(agent.held).toBeNull();
    expect(dataPlane.applied).toEqual([]);
    await agent.stop();
  });

  it('goes on with what an earlier agent made, counting from 0', async () => {
    const { agent, dataPlane } = createAgent({
      stored: { configuration: exampleConfiguration(), owned: ['TCP 203.0.113.10:443'] },
    });
    dataPlane.place({ ...foreign, counters: { connections: 500 } });
    await agent.start();
    const view = await agent.observe();
    expect(view.problems).toEqual([]);
    expect(view.ledger.listeners.get(JSON.stringify({ loadBalancer: 'shop', listener: 'tcp-443' }))?.counters).toEqual({
      connections: 0,
    });
    await agent.stop();
  });

  it('leaves alone what somebody else made, and says so', async () => {
    const { agent, dataPlane, results } = createAgent();
    dataPlane.place(foreign);
    const blog = exampleLoadBalancer({ name: 'blog', addresses: ['203.0.113.11'] });
    agent.offer(exampleConfiguration({ loadBalancers: [exampleLoadBalancer(), blog] }));
    await agent.sync();
    expect(results.at(-1)?.failures.map(({ code }) => code)).toEqual(['foreign-service']);
    expect((await dataPlane.read()).map(({ address }) => address)).toEqual(['203.0.113.10', '203.0.113.11']);
    expect((await dataPlane.read())[0]).toEqual(foreign);
    await agent.stop();
  });

  it('keeps the host ready for services that it may have made before its state was lost', async () => {
    const { agent, dataPlane } = createAgent();
    dataPlane.place(foreign);
    agent.offer(exampleConfiguration());
    await agent.sync();
    expect(dataPlane.needs.at(-1)?.services.map(({ address }) => address)).toEqual(['203.0.113.10']);
    await agent.stop();
  });

  it('makes the host ready for what is new and when it looks for drift, but not for new weights', async () => {
    const { agent, dataPlane } = createAgent();
    await agent.start();
    agent.offer(exampleConfiguration());
    await agent.sync();
    const [first, second] = exampleLoadBalancer().endpoints;
    const weights = exampleLoadBalancer({
      endpoints: [
        { ...first!, weight: 5 },
        { ...second!, weight: 5 },
      ],
    });
    agent.offer(exampleConfiguration({ generation: 2, loadBalancers: [weights] }));
    await agent.sync();
    expect(await weightsOf(dataPlane)).toEqual([5, 5]);
    expect(dataPlane.needs).toHaveLength(1);
    const hidden = { ...weights, forwarding: { method: 'masquerade', sourceNat: true } } as const;
    agent.offer(exampleConfiguration({ generation: 3, loadBalancers: [hidden] }));
    await agent.sync();
    expect(dataPlane.needs).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(dataPlane.needs).toHaveLength(3);
    await agent.stop();
  });

  it('repairs what was changed behind its back', async () => {
    const { agent, dataPlane } = createAgent();
    await agent.start();
    agent.offer(exampleConfiguration());
    await agent.sync();
    dataPlane.touch(SERVICE, FIRST, { weight: 77 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    await agent.stop();
  });

  it('takes a dead endpoint out within its threshold, and back when it lives', async () => {
    const { agent, dataPlane, dead } = createAgent({ syncIntervalMs: 3_600_000 });
    await agent.start();
    agent.offer(exampleConfiguration());
    await vi.advanceTimersByTimeAsync(10_000);
    dead.add('192.0.2.11');
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await weightsOf(dataPlane)).toEqual([0, 1]);
    dead.delete('192.0.2.11');
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    await agent.stop();
  });

  it('tries again what failed, and says it once', async () => {
    const { agent, dataPlane, results, lines } = createAgent();
    dataPlane.refuses = ({ kind }) => kind === 'add-destination';
    agent.offer(exampleConfiguration());
    await agent.sync();
    await agent.sync();
    expect(results.at(-1)?.failures).toHaveLength(2);
    expect(results.at(-1)?.failures[0]?.message).toBe(
      'add-destination TCP 203.0.113.10:443 -> 192.0.2.11:8443: refused',
    );
    expect(lines.filter((line) => line.includes('action-failed'))).toHaveLength(2);
    dataPlane.refuses = () => false;
    await agent.sync();
    expect(agent.lastSync?.failures).toEqual([]);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    await agent.stop();
  });

  it('changes nothing while it cannot read the data plane', async () => {
    const { agent, dataPlane } = createAgent();
    dataPlane.readFailure = new Error('no permission');
    agent.offer(exampleConfiguration());
    await agent.sync();
    expect(agent.lastSync?.failures).toEqual([{ code: 'data-plane-unreadable', message: 'no permission' }]);
    expect(agent.view().applied).toBeNull();
    expect(dataPlane.applied).toEqual([]);
    await agent.stop();
  });

  it('steers on when its disk fails', async () => {
    const save = () => Promise.reject(new Error('ENOSPC'));
    const load = () => Promise.resolve({ state: null, damage: null });
    const { agent, dataPlane } = createAgent({ stateFile: { load, save } });
    agent.offer(exampleConfiguration());
    await agent.sync();
    expect(agent.lastSync?.failures.map(({ code }) => code)).toEqual(['state-not-saved']);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    await agent.stop();
  });

  it('serves on what vanished without being deleted, says so, and remembers it', async () => {
    const loadBalancers = [1, 2, 3, 4].map((host) =>
      exampleLoadBalancer({ name: `shop-${host}`, addresses: [`203.0.113.${host}`] }),
    );
    const { agent, dataPlane, saved } = createAgent();
    agent.offer(exampleConfiguration({ loadBalancers }));
    await agent.sync();
    agent.offer(exampleConfiguration({ generation: 2, loadBalancers: [] }));
    await agent.sync();
    expect(await dataPlane.read()).toHaveLength(4);
    expect(agent.view().problems.map(({ code }) => code)).toEqual(['removal-held-back']);
    await agent.stop();

    const restarted = createAgent({ stored: saved.at(-1)! });
    await restarted.agent.start();
    expect(restarted.agent.held).toEqual({ term: 1, generation: 2 });
    expect(restarted.agent.view().problems.map(({ code }) => code)).toEqual(['removal-held-back']);
    restarted.agent.offer(exampleConfiguration({ generation: 3, loadBalancers: [] }));
    await restarted.agent.sync();
    expect(await restarted.dataPlane.read()).toHaveLength(4);
    await restarted.agent.stop();
  });

  it('never syncs twice at once, and once for all who wait', async () => {
    const { agent, results } = createAgent();
    agent.offer(exampleConfiguration());
    await Promise.all([agent.sync(), agent.sync(), agent.sync()]);
    expect(results).toHaveLength(1);
    await agent.stop();
  });

  it('counts what a departing load balancer took until it left', async () => {
    const { agent, dataPlane } = createAgent();
    agent.offer(exampleConfiguration());
    await agent.sync();
    dataPlane.touch(SERVICE, FIRST, { counters: { connections: 3 } });
    agent.offer(exampleConfiguration({ generation: 2, loadBalancers: [] }));
    await agent.sync();
    const totals = [...agent.view().ledger.endpoints.values()];
    expect(totals.map(({ origin, counters }) => [origin, counters.connections])).toEqual([
      ['us-west', 3],
      ['eu-central', 0],
    ]);
    await agent.stop();
  });

  it('lets a draining endpoint finish, shows how far it is, and takes it back with a weight alone', async () => {
    const { agent, dataPlane } = createAgent();
    await agent.start();
    agent.offer(exampleConfiguration());
    await agent.sync();
    dataPlane.touch(SERVICE, FIRST, { activeConnections: 2, inactiveConnections: 1 });
    const [first, second] = exampleLoadBalancer().endpoints;
    const leaving = exampleLoadBalancer({ endpoints: [{ ...first!, weight: 0, draining: true }, second!] });
    agent.offer(exampleConfiguration({ generation: 2, loadBalancers: [leaving] }));
    await agent.sync();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await weightsOf(dataPlane)).toEqual([0, 1]);
    expect((await agent.observe()).departures).toMatchObject([
      { destination: '192.0.2.11:8443', loadBalancer: 'shop', origin: 'us-west', connections: 3, secondsLeft: 40 },
    ]);
    const before = dataPlane.applied.length;
    agent.offer(exampleConfiguration({ generation: 3 }));
    await agent.sync();
    expect(dataPlane.applied.slice(before).map(({ kind }) => kind)).toEqual(['set-destination']);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    expect(agent.view().departures).toEqual([]);
    await agent.stop();
  });

  it.each([
    ['at the next look when it has no connections', 0, 0, [1]],
    ['no sooner than its deadline while it has some', 3, 59_999, [0, 1]],
    ['at its deadline', 3, 60_000, [1]],
  ])('takes a removed endpoint out %s', async (_, activeConnections, afterMs, expected) => {
    const { agent, dataPlane } = createAgent();
    await agent.start();
    agent.offer(exampleConfiguration());
    await agent.sync();
    dataPlane.touch(SERVICE, FIRST, { activeConnections });
    const [, second] = exampleLoadBalancer().endpoints;
    agent.offer(
      exampleConfiguration({ generation: 2, loadBalancers: [exampleLoadBalancer({ endpoints: [second!] })] }),
    );
    await agent.sync();
    await vi.advanceTimersByTimeAsync(afterMs);
    if (afterMs === 0) await agent.sync();
    expect(await weightsOf(dataPlane)).toEqual(expected);
    await agent.stop();
  });

  it('keeps the deadline of a drain over a restart', async () => {
    const first = createAgent();
    await first.agent.start();
    first.agent.offer(exampleConfiguration());
    await first.agent.sync();
    first.dataPlane.touch(SERVICE, FIRST, { activeConnections: 3 });
    const [, second] = exampleLoadBalancer().endpoints;
    first.agent.offer(
      exampleConfiguration({ generation: 2, loadBalancers: [exampleLoadBalancer({ endpoints: [second!] })] }),
    );
    await first.agent.sync();
    await vi.advanceTimersByTimeAsync(40_000);
    await first.agent.stop();

    const next = createAgent({
      dataPlane: first.dataPlane,
      stored: first.saved.at(-1)!,
      memory: first.kept.at(-1)!,
    });
    await next.agent.start();
    expect(next.agent.view().departures).toMatchObject([{ secondsLeft: 20 }]);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(await weightsOf(first.dataPlane)).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(1);
    await next.agent.sync();
    expect(await weightsOf(first.dataPlane)).toEqual([1]);
    await next.agent.stop();
  });

  it('gives an endpoint that was dead a moment ago no weight when it starts, and its weight when it lives', async () => {
    const first = createAgent();
    await first.agent.start();
    first.dead.add('192.0.2.11');
    first.agent.offer(exampleConfiguration());
    await vi.advanceTimersByTimeAsync(10_000);
    await first.agent.stop();

    const next = createAgent({ stored: first.saved.at(-1)!, memory: first.kept.at(-1)! });
    await next.agent.start();
    expect(await weightsOf(next.dataPlane)).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await weightsOf(next.dataPlane)).toEqual([9, 1]);
    await next.agent.stop();
  });

  it('warns before the source ports towards an endpoint run out', async () => {
    const { agent, dataPlane } = createAgent();
    const hidden = exampleLoadBalancer({ forwarding: { method: 'masquerade', sourceNat: true } });
    agent.offer(exampleConfiguration({ loadBalancers: [hidden] }));
    await agent.sync();
    dataPlane.touch(SERVICE, FIRST, { activeConnections: 1_000, inactiveConnections: 51_000 });
    expect((await agent.observe()).problems).toMatchObject([
      { code: 'source-ports-scarce', message: expect.stringContaining('52000 of 64512') as string },
    ]);
    await agent.stop();
  });

  it('says what to do when the kernel has no IPVS, and goes on', async () => {
    const { agent, dataPlane } = createAgent();
    dataPlane.readFailure = new Error("ipvsadm -Ln ended with 2: Can't initialize ipvs: Protocol not available");
    agent.offer(exampleConfiguration());
    await agent.sync();
    expect(agent.lastSync?.failures).toMatchObject([
      { code: 'ipvs-missing', message: expect.stringContaining('modprobe ip_vs') as string },
    ]);
    dataPlane.readFailure = null;
    await agent.sync();
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
    await agent.stop();
  });

  it('leaves the data plane as it is when it stops', async () => {
    const { agent, dataPlane } = createAgent();
    await agent.start();
    agent.offer(exampleConfiguration());
    await agent.stop();
    const count = dataPlane.applied.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(dataPlane.applied).toHaveLength(count);
    expect(await weightsOf(dataPlane)).toEqual([9, 1]);
  });
});
