import { EventEmitter, once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Action } from '../data-plane/data-plane.js';
import type { Destination, ServiceAddress, ServiceSettings, SocketAddress } from '../data-plane/service.js';
import { listen } from './test-sockets.js';
import { UserspaceDataPlane, type UserspaceOptions } from './userspace-data-plane.js';

const LOOPBACK: SocketAddress = { address: '127.0.0.1', port: 0 };
export const WEB: ServiceAddress = { protocol: 'TCP', address: '203.0.113.10', port: 443 };

/** Turns, so that so many connections go exactly where the weights say. */
export const IN_TURN: ServiceSettings = { distribution: 'weighted-round-robin', affinitySeconds: null };

export const addService = (service: ServiceAddress, settings = IN_TURN): Action => ({
  kind: 'add-service',
  service,
  settings,
});

export const destination = (port: number, weight: number, address = '127.0.0.1'): Destination => ({
  address,
  port,
  weight,
  forwarding: 'masquerade',
});

/** One spec's data planes and origins; `stop` ends them all. */
export class ForwardingWorld {
  readonly #stops: (() => unknown)[] = [];

  /** Listens on free ports of loopback for the services that specs declare. */
  dataPlane(options: Partial<UserspaceOptions> = {}): UserspaceDataPlane {
    const declared = ['203.0.113.10:443', '[2001:db8::10]:443', '203.0.113.10:5000', '[2001:db8::10]:5000'];
    const listenMap = new Map(declared.map((text) => [text, LOOPBACK]));
    const dataPlane = new UserspaceDataPlane({ listenMap, connectTimeoutMs: 1_000, stopGraceMs: 0, ...options });
    this.#stops.push(() => dataPlane.stop());
    return dataPlane;
  }

  async origin(
    serve: (socket: Socket) => void,
    wanted?: Partial<SocketAddress>,
  ): Promise<{ server: Server; port: number }> {
    const listening = await listen(serve, wanted?.port, wanted?.address);
    this.onStop(() => listening.server.close());
    return listening;
  }

  /** An origin that hands its next connection over. */
  async handingOver(): Promise<{ readonly port: number; readonly connection: Promise<Socket> }> {
    const accepted = new EventEmitter();
    const { port } = await this.origin((socket) => accepted.emit('socket', socket));
    return { port, connection: once(accepted, 'socket').then(([socket]) => socket as Socket) };
  }

  /** A data plane that forwards WEB to these origins, and the port it really listens on. */
  async forwarding(
    targets: readonly (readonly [port: number, weight: number])[],
    { settings = IN_TURN, ...options }: Partial<UserspaceOptions> & { settings?: ServiceSettings } = {},
  ): Promise<{ dataPlane: UserspaceDataPlane; port: number }> {
    const dataPlane = this.dataPlane(options);
    const additions = targets.map(([port, weight]): Action => {
      return { kind: 'add-destination', service: WEB, destination: destination(port, weight) };
    });
    await dataPlane.apply([addService(WEB, settings), ...additions]);
    return { dataPlane, port: dataPlane.listeningAt(WEB)[0]?.port ?? 0 };
  }

  onStop(stop: () => unknown): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const { server, port } = await listen(() => undefined);
  server.close();
  await once(server, 'close');
  return port;
}
