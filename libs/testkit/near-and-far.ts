import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CountingOrigin, HEALTH_PATH } from './counting-origin.js';
import type { DampingBounds } from './damping-contract.js';
import { startEdgeAgent, type EdgeAgentProcess } from './edge-agent-process.js';
import { eventually } from './eventually.js';
import { freePorts } from './free-port.js';
import { PacedLoad } from './paced-load.js';
import type { ControlPlaneProcess } from './control-plane-process.js';
import { WeirApi } from './weir-api.js';

export const LOAD_BALANCER = 'shop';
export const EDGES = ['ams-1', 'ams-2'] as const;
export type EdgeName = (typeof EDGES)[number];

/**
 * In connections per second. Less than one edge alone receives: which edge gets the near origin is decided by noise where
 * both are equally far from it, and no edge must come to depend on it entirely.
 */
export const NEAR_CAPACITY = 60;
export const DEMAND = 150;
export const MAX_SHIFT = 0.05;
const OVERLOAD_MAX_SHIFT = 0.25;
export const DAMPING_BOUNDS: DampingBounds = { maxShift: MAX_SHIFT, overloadMaxShift: OVERLOAD_MAX_SHIFT };

const FAR_DELAY_MS = 60;
/** Never bound: the agents listen on the loopback instead. */
const DECLARED = '203.0.113.10:80';

/** Plans in a row that must agree: on its way to somewhere else a share may pass any value once. */
const SETTLED_PLANS = 3;
/** Longer than a story on any machine; it ends by its own time limit. */
const SETTLING_MS = 120_000;

/**
 * Resolves once the newest plans all expect so many connections per second at the near origin, within a twentieth, and were
 * made when about as many came.
 */
export async function nearSettlesAt(api: WeirApi, load: number): Promise<void> {
  await eventually(async () => {
    const cycles = await api.cyclesAfter((await api.lastCycleId()) - SETTLED_PLANS);
    const outlooks = cycles.flatMap(({ plan }) => plan?.origins.filter(({ origin }) => origin === 'near') ?? []);
    const isSettled =
      outlooks.length >= SETTLED_PLANS &&
      outlooks.every(
        ({ expectedLoad, measuredLoad }) => isWithin(expectedLoad, load, 0.05) && isWithin(measuredLoad, load, 0.1),
      );
    const figures = outlooks.map(({ measuredLoad, expectedLoad }) => `${measuredLoad} -> ${expectedLoad}`);
    if (!isSettled) throw new Error(`the near origin is at ${figures.join(', ')} connections/s, not at ${load}`);
  }, SETTLING_MS);
}

function isWithin(actual: number, expected: number, tolerance: number): boolean {
  return Math.abs(actual / expected - 1) <= tolerance;
}

/**
 * The smallest world in which Weir has something to decide: a near origin that takes a part of the demand, a far one that takes
 * all of it, and two edges. The agents are real processes; the origins and the users live in the test.
 */
export class NearAndFar {
  readonly near: CountingOrigin;
  readonly far: CountingOrigin;
  readonly load: PacedLoad;
  readonly #admitted = new Set<EdgeName>();
  readonly #running = new Map<EdgeName, EdgeAgentProcess>();

  private constructor(
    private readonly directory: string,
    private readonly edgePorts: Readonly<Record<EdgeName, number>>,
    [nearPort, farPort]: readonly [number, number],
  ) {
    this.near = new CountingOrigin('near', nearPort, 0);
    this.far = new CountingOrigin('far', farPort, FAR_DELAY_MS);
    this.load = new PacedLoad({ ports: EDGES.map((edge) => edgePorts[edge]), connectionsPerSecond: DEMAND });
  }

  /** With both origins up, and no agent yet. */
  static async start(): Promise<NearAndFar> {
    const [nearPort = 0, farPort = 0, first = 0, second = 0] = await freePorts(4);
    const directory = await mkdtemp(join(tmpdir(), 'weir-near-and-far-'));
    const world = new NearAndFar(directory, { 'ams-1': first, 'ams-2': second }, [nearPort, farPort]);
    await Promise.all([world.near.start(), world.far.start()]);
    return world;
  }

  /** Those that run, in the order of EDGES. */
  get agents(): readonly EdgeAgentProcess[] {
    return EDGES.flatMap((edge) => this.#running.get(edge) ?? []);
  }

  /** Where the edge takes connections in. */
  portOf(edge: EdgeName): number {
    return this.edgePorts[edge];
  }

  /** Tells a control plane what an operator would. */
  async declare(api: WeirApi): Promise<void> {
    const endpoints = [{ address: '127.0.0.1' }];
    await api.put('/v1/origins/near', { region: 'eu', endpoints, capacity: { rate: NEAR_CAPACITY } });
    await api.put('/v1/origins/far', { region: 'us', endpoints });
    for (const edge of EDGES) await api.put(`/v1/edges/${edge}`, { site: 'ams', region: 'eu' });
    await api.put(`/v1/load-balancers/${LOAD_BALANCER}`, {
      addresses: ['203.0.113.10'],
      listeners: [{ protocol: 'TCP', port: 80 }],
      origins: [
        { origin: 'near', port: this.near.port },
        { origin: 'far', port: this.far.port },
      ],
      // Hashing would add chance to every figure that is compared with a share.
      distribution: 'weighted-round-robin',
      healthCheck: {
        protocol: 'HTTP',
        path: HEALTH_PATH,
        // A connect over the loopback takes no time at all; only the answer shows how far the origin is.
        latencyFrom: 'response',
        // Slow enough that a machine at its limit does not look like dead origins.
        intervalMs: 800,
        timeoutMs: 800,
        unhealthyThreshold: 3,
        healthyThreshold: 2,
      },
      policy: { maxShiftPercent: 100 * MAX_SHIFT, overloadMaxShiftPercent: 100 * OVERLOAD_MAX_SHIFT },
    });
  }

  /** Starts the edge's agent, on what it stored when it ran before. */
  async startAgent(edge: EdgeName, controlPlaneUrl: string): Promise<EdgeAgentProcess> {
    const agent = await startEdgeAgent({
      edge,
      controlPlaneUrl,
      stateDirectory: join(this.directory, edge),
      listenMap: `${DECLARED}=127.0.0.1:${this.edgePorts[edge]}`,
      environment: this.#admitted.has(edge) ? { WEIR_EDGE_TOKEN_FILE: this.#tokenFile(edge) } : {},
    });
    this.#running.set(edge, agent);
    return agent;
  }

  /** Gives every edge a token of this control plane, and starts its agent. */
  async startAgents(controlPlane: Pick<ControlPlaneProcess, 'url' | 'token'>): Promise<void> {
    const api = new WeirApi(controlPlane);
    const admitAndStart = async (edge: EdgeName): Promise<void> => {
      await writeFile(this.#tokenFile(edge), await api.edgeToken(edge));
      this.#admitted.add(edge);
      await this.startAgent(edge, controlPlane.url);
    };
    await Promise.all(EDGES.map(admitAndStart));
  }

  /** Ends everything, and removes what agents stored. */
  async stop(): Promise<void> {
    await this.load.stop().catch(() => undefined);
    await Promise.all(this.agents.map((agent) => agent.stop()));
    await Promise.all([this.near.kill(), this.far.kill()]);
    await rm(this.directory, { recursive: true, force: true });
  }

  #tokenFile(edge: EdgeName): string {
    return join(this.directory, `${edge}.token`);
  }
}
