import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedHealthCheck } from '#contracts/edge-configuration.js';
import { FakeControlPlane } from './client/fake-control-plane.js';
import { exampleConfiguration, exampleLoadBalancer } from './configuration/example-configuration.js';
import { startEdgeAgent, type EdgeAgent } from './edge-agent.js';
import { createLogger } from './logger.js';
import { readSettings } from './settings.js';
import { listen, sayName, tally } from './userspace/test-sockets.js';

/** The whole agent over real sockets, between an in-process control plane and two origins that say their names. */
const controlPlanes: FakeControlPlane[] = [];
const agents: EdgeAgent[] = [];
let controlPlane: FakeControlPlane;
let near: { server: Server; port: number };
let far: { server: Server; port: number };
let stateDirectory: string;
let userPort: number;

beforeEach(async () => {
  controlPlane = new FakeControlPlane();
  controlPlanes.push(controlPlane);
  await controlPlane.start();
  [near, far] = [await listen(sayName('near')), await listen(sayName('far'))];
  stateDirectory = await mkdtemp(join(tmpdir(), 'weir-agent-'));
  userPort = await freePort();
});

afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
  for (const started of controlPlanes.splice(0)) await started.stop();
  near.server.close();
  far.server.close();
  await rm(stateDirectory, { recursive: true });
});

async function freePort(): Promise<number> {
  const { server, port } = await listen(() => undefined);
  server.close();
  await once(server, 'close');
  return port;
}

async function startAgent(changes: NodeJS.ProcessEnv = {}): Promise<EdgeAgent> {
  const settings = readSettings({
    WEIR_EDGE_NAME: 'ams-1',
    WEIR_CONTROL_PLANE_URL: controlPlane.url,
    WEIR_EDGE_STATE_DIRECTORY: stateDirectory,
    WEIR_EDGE_DATA_PLANE: 'userspace',
    WEIR_EDGE_HTTP_PORT: '0',
    WEIR_EDGE_REPORT_INTERVAL_MS: '100',
    WEIR_EDGE_LISTEN_MAP: `203.0.113.10:80=127.0.0.1:${userPort}`,
    ...changes,
  });
  const agent = await startEdgeAgent(
    settings,
    createLogger('error', () => undefined),
  );
  agents.push(agent);
  return agent;
}

async function stopAgent(agent: EdgeAgent): Promise<void> {
  agents.splice(agents.indexOf(agent), 1);
  await agent.stop();
}

const QUICK: PublishedHealthCheck = {
  protocol: 'TCP',
  intervalMs: 50,
  timeoutMs: 500,
  unhealthyThreshold: 2,
  healthyThreshold: 2,
};

function publish(generation: number, weights: readonly [number, number]): void {
  const endpoints = [near, far].map(({ port }, index) => ({
    origin: index === 0 ? 'us-west' : 'eu-central',
    address: '127.0.0.1',
    port,
    weight: weights[index]!,
    ...(weights[index] === 0 && { standbyWeight: 1 }),
  }));
  const listeners = [{ protocol: 'TCP' as const, port: 80 }];
  const loadBalancers = [
    exampleLoadBalancer({
      listeners,
      endpoints,
      healthCheck: QUICK,
      // In turn, so that so many connections go exactly where the weights say.
      distribution: 'weighted-round-robin',
      forwarding: { method: 'masquerade', sourceNat: true },
    }),
  ];
  controlPlane.publish(exampleConfiguration({ generation, loadBalancers }));
}

const get = (agent: EdgeAgent, path: string) => fetch(`http://127.0.0.1:${agent.httpPort}${path}`);

interface Status {
  readonly applied: { readonly generation: number } | null;
  readonly endpoints: readonly { readonly weight: number; readonly up: boolean | null }[];
  readonly errors: readonly { readonly code: string }[];
}

const statusOf = async (agent: EdgeAgent) => (await (await get(agent, '/status')).json()) as Status;

async function untilApplied(agent: EdgeAgent, generation: number): Promise<void> {
  await expect.poll(async () => (await statusOf(agent)).applied?.generation, { timeout: 5_000 }).toBe(generation);
}

async function untilWeights(agent: EdgeAgent, weights: readonly number[]): Promise<void> {
  const current = async () => (await statusOf(agent)).endpoints.map(({ weight }) => weight);
  await expect.poll(current, { timeout: 5_000 }).toEqual(weights);
}

describe('the edge agent', () => {
  it('forwards as published, and as published anew', async () => {
    publish(1, [90, 10]);
    const agent = await startAgent();
    await untilApplied(agent, 1);
    const first = await tally(userPort, 200);
    expect(Math.abs((first['near'] ?? 0) - 180)).toBeLessThanOrEqual(1);
    expect((first['near'] ?? 0) + (first['far'] ?? 0)).toBe(200);

    publish(2, [50, 50]);
    await untilApplied(agent, 2);
    const second = await tally(userPort, 100);
    expect(Math.abs((second['near'] ?? 0) - 50)).toBeLessThanOrEqual(1);
  });

  it('reports what it applied and what it counted', async () => {
    publish(1, [3, 1]);
    const agent = await startAgent();
    await untilApplied(agent, 1);
    await tally(userPort, 8);
    const last = () => controlPlane.reports.at(-1);
    await expect.poll(() => last()?.loadBalancers[0]?.connections).toBe(8);
    expect(last()?.applied).toEqual({ term: 1, generation: 1 });
    expect(last()?.loadBalancers[0]?.origins.map(({ connections }) => connections)).toEqual([6, 2]);
    await expect.poll(() => last()?.loadBalancers[0]?.origins[0]?.rttMs).toBeGreaterThan(0);
  });

  it('is healthy and measured once it serves', async () => {
    const agent = await startAgent();
    expect((await get(agent, '/healthz')).status).toBe(503);
    publish(1, [1, 1]);
    await untilApplied(agent, 1);
    expect((await get(agent, '/healthz')).status).toBe(200);
    await tally(userPort, 2);
    await get(agent, '/status');
    const exposition = async () => (await get(agent, '/metrics')).text();
    await expect
      .poll(exposition)
      .toContain('weir_edge_connections_total{load_balancer="shop",listener="tcp-80",edge="ams-1"} 2');
  });

  it('serves on without its control plane, and starts again without it', async () => {
    publish(1, [1, 0]);
    const agent = await startAgent();
    await untilApplied(agent, 1);
    await controlPlane.stop();
    await expect
      .poll(async () => (await statusOf(agent)).errors.map(({ code }) => code))
      .toEqual(['control-plane-unreachable']);
    expect(await tally(userPort, 5)).toEqual({ near: 5 });
    await stopAgent(agent);

    const restarted = await startAgent();
    expect((await statusOf(restarted)).applied).toEqual({ term: 1, generation: 1 });
    expect(await tally(userPort, 5)).toEqual({ near: 5 });
  });

  it('takes up the next publication when its control plane is back', async () => {
    publish(1, [1, 0]);
    const agent = await startAgent();
    await untilApplied(agent, 1);
    await controlPlane.stop();
    await controlPlane.start();
    publish(2, [0, 1]);
    await expect.poll(async () => (await statusOf(agent)).applied?.generation, { timeout: 10_000 }).toBe(2);
    expect(await tally(userPort, 5)).toEqual({ far: 5 });
  }, 15_000);

  it.each<[string, readonly [number, number]]>([
    ['takes a dead endpoint out', [9, 1]],
    ['turns to what is on standby when the only endpoint with a weight dies', [1, 0]],
  ])('%s by itself, and back when it lives again', async (_, [nearWeight, farWeight]) => {
    publish(1, [nearWeight, farWeight]);
    const agent = await startAgent();
    await untilApplied(agent, 1);
    await controlPlane.stop();
    near.server.close();
    await untilWeights(agent, [0, 1]);
    expect(await tally(userPort, 5)).toEqual({ far: 5 });

    near = await listen(sayName('near'), near.port);
    await untilWeights(agent, [nearWeight, farWeight]);
    expect((await tally(userPort, 10))['near']).toBe((10 * nearWeight) / (nearWeight + farWeight));
  });

  it('forwards where it cannot announce, and tells what is missing', async () => {
    publish(1, [1, 0]);
    const agent = await startAgent({
      WEIR_EDGE_ANYCAST: 'bird',
      WEIR_EDGE_BIRD_FILE: join(stateDirectory, 'bird.conf'),
      WEIR_EDGE_BIRD_SOCKET: join(stateDirectory, 'no-bird.ctl'),
      WEIR_EDGE_WITHDRAW_SECONDS: '0',
    });
    await untilApplied(agent, 1);
    await expect
      .poll(() => controlPlane.reports.at(-1)?.errors.map(({ code }) => code), { timeout: 5_000 })
      .toEqual(['bird-unreachable']);
    expect(controlPlane.reports.at(-1)?.announced).toEqual([]);
    expect(await tally(userPort, 5)).toEqual({ near: 5 });
  });

  it('says goodbye with a last report, and is gone', async () => {
    publish(1, [1, 1]);
    const agent = await startAgent();
    await untilApplied(agent, 1);
    await tally(userPort, 4);
    await stopAgent(agent);
    expect(controlPlane.reports.at(-1)?.loadBalancers[0]?.connections).toBe(4);
    await expect(tally(userPort, 1)).rejects.toThrow('ECONNREFUSED');
    await expect(get(agent, '/healthz')).rejects.toThrow();
  });
});
