import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { eventually } from '#testkit/eventually.js';
import { AGENT_PORT, startAgent, startWatchdog } from './lab-agent.js';
import { ANNOUNCEMENT_FILE } from './bird-configuration.js';
import { ControlPlane } from './control-plane.js';
import type { GuestProcess } from './guest-process.js';
import type { HostProcess } from './host-process.js';
import { readCounters } from './kernel-table.js';
import { BIRD_SOCKET, startNetworkLab, type NetworkLab } from './network-lab.js';
import { EDGE_NAMES, ipv6Of, network, type EdgeName, type OriginName } from './network-topology.js';
import type { Traffic, TrafficOrder } from './programs/load-generator.js';
import type { Counts } from './spread.js';
import { startOrigin, startTraffic, type Flow } from './traffic.js';

export const LOAD_BALANCER = 'shop';
export const PORT = 443;
const ORIGIN_PORT = 8080;
export const HEALTH_CHECK = {
  protocol: 'TCP',
  intervalMs: 500,
  timeoutMs: 400,
  unhealthyThreshold: 3,
  healthyThreshold: 2,
} as const;

const AGENT_ENVIRONMENT = {
  // Each reading of the table is the start of a process, which the guest is slow at.
  WEIR_EDGE_REPORT_INTERVAL_MS: '2000',
  // What drains must outlast the scenario, however slow the machine: its deadline would cut it.
  WEIR_EDGE_DRAIN_SECONDS: '600',
  WEIR_EDGE_ANYCAST: 'bird',
  WEIR_EDGE_BIRD_FILE: ANNOUNCEMENT_FILE,
  WEIR_EDGE_BIRD_SOCKET: BIRD_SOCKET,
  WEIR_EDGE_ANNOUNCE_HOLD_SECONDS: '2',
  WEIR_EDGE_WITHDRAW_SECONDS: '1',
};

/** Of `near` and `far`; what is left out has no limit. */
export interface Declaration {
  readonly nearCapacity?: number;
  /** Whatever latency a busy machine measures, the far origin gets only what the near one cannot take. */
  readonly isNearFirst?: boolean;
  /** Announced, forwarded and served by IPv6 as well. */
  readonly isDualStack?: boolean;
  /** HEALTH_CHECK when left out. */
  readonly healthCheck?: Readonly<Record<string, unknown>>;
  readonly policy?: Readonly<Record<string, unknown>>;
}

/** The network with all of Weir in it: origins, a control plane, and an agent on each edge. */
export class NetworkWorld {
  readonly agents = new Map<EdgeName, GuestProcess>();
  readonly #servers = new Map<string, HostProcess>();

  private constructor(
    readonly lab: NetworkLab,
    readonly controlPlane: ControlPlane,
  ) {}

  /** With origins and a control plane, and no agent yet. */
  static async start(
    bird: string,
    environmentFor: (lab: NetworkLab) => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({}),
  ): Promise<NetworkWorld> {
    const lab = await startNetworkLab(bird);
    try {
      const controlPlane = new ControlPlane(lab, await environmentFor(lab));
      const world = new NetworkWorld(lab, controlPlane);
      await Promise.all([controlPlane.start(), world.serve('near'), world.serve('far')]);
      return world;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.controlPlane.kill();
    await this.lab.stop();
  }

  /** Where Prometheus finds the agents. */
  static agentTargets({ edges }: NetworkLab): readonly string[] {
    return edges.map(({ address }) => `${address}:${AGENT_PORT}`);
  }

  async declare(declaration: Declaration): Promise<void> {
    const { nearCapacity, isNearFirst = false, isDualStack = false, policy, healthCheck = HEALTH_CHECK } = declaration;
    const { api } = this.controlPlane;
    for (const [name, addresses] of Object.entries(network.origins)) {
      const isLimited = name === 'near' && nearCapacity !== undefined;
      const endpoints = [...addresses, ...(isDualStack ? addresses.map(ipv6Of) : [])].map((address) => ({ address }));
      await api.put(`/v1/origins/${name}`, {
        region: name,
        endpoints,
        ...(isLimited && { capacity: { rate: nearCapacity } }),
      });
    }
    for (const name of EDGE_NAMES) await api.put(`/v1/edges/${name}`, { site: 'ams', region: 'near' });
    await api.put(`/v1/load-balancers/${LOAD_BALANCER}`, {
      addresses: [network.anycast, ...(isDualStack ? [network.anycastIpv6] : [])],
      listeners: [{ protocol: 'TCP', port: PORT }],
      origins: ['near', 'far'].map((origin) => ({
        origin,
        port: ORIGIN_PORT,
        tier: isNearFirst && origin === 'far' ? 1 : 0,
      })),
      healthCheck,
      ...(policy !== undefined && { policy }),
    });
  }

  /** Starts the agents that do not run; resolves when the router sends users to both edges. */
  async startAgents(): Promise<void> {
    for (const name of EDGE_NAMES) {
      const isRunning = await this.agents.get(name)?.isRunning();
      if (isRunning !== true) await this.startAgent(name);
    }
    await this.expectRoutes(EDGE_NAMES, 120_000);
  }

  async startAgent(name: EdgeName): Promise<void> {
    const environment = { ...AGENT_ENVIRONMENT, WEIR_EDGE_TOKEN_FILE: await this.controlPlane.tokenFile(name) };
    this.agents.set(name, await startAgent(this.lab.edge(name), this.controlPlane.url, environment));
  }

  async killAgent(name: EdgeName): Promise<void> {
    await this.agents.get(name)?.signal('KILL');
  }

  /** Resolves when it watches. */
  async startWatchdog(name: EdgeName, patienceSeconds: number): Promise<GuestProcess> {
    const environment = { ...AGENT_ENVIRONMENT, WEIR_EDGE_WATCHDOG_SECONDS: String(patienceSeconds) };
    const watchdog = await startWatchdog(this.lab.edge(name), this.controlPlane.url, environment);
    await eventually(async () => {
      expect(await readFile(watchdog.logFile, 'utf8')).toContain(`"patienceMs":${patienceSeconds * 1_000}`);
    });
    return watchdog;
  }

  /** Resolves when the router sends users to exactly these edges. */
  async expectRoutes(edges: readonly EdgeName[], timeoutMs = 30_000): Promise<void> {
    const fronts = edges.map((name) => network.edges[name].front);
    await eventually(async () => {
      expect(await this.lab.nextHops()).toEqual(fronts);
    }, timeoutMs);
  }

  /** As expectRoutes, for users by IPv6. */
  async expectIpv6Routes(edges: readonly EdgeName[]): Promise<void> {
    const fronts = edges.map((name) => ipv6Of(network.edges[name].front));
    await eventually(async () => {
      expect(await this.lab.nextHops(network.anycastIpv6)).toEqual(fronts);
    }, 30_000);
  }

  /** Starts its endpoints that do not run. */
  async serve(origin: OriginName): Promise<void> {
    for (const address of network.origins[origin]) await this.#serveAt(address);
  }

  /** One process for each endpoint, by either family. */
  async #serveAt(address: string): Promise<void> {
    if (this.#servers.has(address)) return;
    this.#servers.set(address, await startOrigin(this.lab, [address, ipv6Of(address)], ORIGIN_PORT));
  }

  async killEndpoint(address: string): Promise<void> {
    await this.#servers.get(address)?.kill();
    this.#servers.delete(address);
  }

  async killOrigin(origin: OriginName): Promise<void> {
    await Promise.all(network.origins[origin].map((address) => this.killEndpoint(address)));
  }

  /** To the anycast address, from all clients in turn. */
  startTraffic(order: Partial<TrafficOrder>): Promise<Flow> {
    return startTraffic(this.lab, { ...ORDER, ...order });
  }

  async send(connections: number, order: Partial<TrafficOrder> = {}): Promise<Traffic> {
    return (await this.startTraffic({ short: connections, concurrency: 10, pauseMs: 0, ...order })).end();
  }

  sendByIpv6(connections: number): Promise<Traffic> {
    return this.send(connections, { host: network.anycastIpv6, sources: network.clients.map(ipv6Of) });
  }

  /** Everything that tells why a scenario did not come out as it should: for the output of one that failed. */
  async account(): Promise<string> {
    const { api } = this.controlPlane;
    const edges = await Promise.all(EDGE_NAMES.map((name) => this.#accountOfEdge(name)));
    const shares = await api.shares(LOAD_BALANCER).then(JSON.stringify, String);
    return [
      ...edges,
      `the scheduler: ${shares}`,
      `the router sends to ${String(await this.lab.nextHops())}`,
      `and by IPv6 to ${String(await this.lab.nextHops(network.anycastIpv6))}`,
    ].join('\n');
  }

  async #accountOfEdge(name: EdgeName): Promise<string> {
    const { commands, stateDirectory, consoleTail } = this.lab.edge(name);
    const { stdout } = await commands
      .attempt('ipvsadm -Ln; cat /run/weir-edge/bird.conf; ip route; ip -6 route')
      .catch((error: unknown) => ({ stdout: String(error) }));
    const log = await readFile(join(stateDirectory, 'edge-agent.log'), 'utf8').catch(String);
    return `${name}:\n${stdout}\nits agent:\n${log.slice(-6_000)}\nits console:\n${consoleTail()}`;
  }

  /** Connections by the endpoint's address, as an edge's kernel has counted them. */
  counted(name: EdgeName, anycast: string = network.anycast): Promise<Counts> {
    return readCounters(this.lab.edge(name).commands, anycast, PORT);
  }
}

/** Traffic that goes on until it is ended: some sixty short connections a second. */
const ORDER: TrafficOrder = {
  host: network.anycast,
  port: PORT,
  short: null,
  concurrency: 4,
  pauseMs: 50,
  held: 0,
  sources: network.clients,
};
