import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { canonicalAddress, formatSocket, type SocketAddress } from '../data-plane/service.js';
import type { Destinations } from './destinations.js';
import type { Forwarder, ForwarderParts, Listening } from './forwarder.js';
import { hasRoom, UdpSession } from './udp-session.js';

/** How often sessions that fell silent are looked for, as a part of the time they may be silent. */
const SWEEPS_PER_IDLE_TIME = 4;

/**
 * Forwards UDP: each client address and port has a session with one destination, until it has been silent for a while.
 * Datagrams that find no destination, no room or a full queue are dropped, as a network would.
 */
export class UdpForwarder implements Forwarder {
  readonly destinations: Destinations;
  readonly #sockets: Socket[] = [];
  readonly #sessions = new Map<string, UdpSession>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ForwarderParts) {
    this.destinations = parts.destinations;
  }

  async listen(ports: readonly Listening[]): Promise<readonly SocketAddress[]> {
    try {
      const listening: SocketAddress[] = [];
      for (const port of ports) listening.push(await this.#listen(port));
      this.#sweep = setInterval(() => {
        this.#endIdle();
      }, this.parts.udpIdleMs / SWEEPS_PER_IDLE_TIME);
      return listening;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** A session has no end that could be waited for. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const session of [...this.#sessions.values()]) session.end();
    const closed = this.#sockets.map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) socket.close();
    await Promise.all(closed);
  }

  async #listen({ port, at }: Listening): Promise<SocketAddress> {
    const isSix = isIPv6(at.address);
    const socket = createSocket({ type: isSix ? 'udp6' : 'udp4', ipv6Only: isSix });
    this.#sockets.push(socket);
    socket.bind({ address: at.address, port: at.port, exclusive: true });
    await once(socket, 'listening');
    // A datagram that could not be sent back is lost, as any may be.
    socket.on('error', () => undefined);
    socket.on('message', (data, sender) => {
      this.#sessionOf(socket, sender, port)?.send(data);
    });
    return { address: at.address, port: socket.address().port };
  }

  #sessionOf(socket: Socket, { address, port: senderPort }: RemoteInfo, port: number): UdpSession | null {
    const client = { address: canonicalAddress(address), port: senderPort };
    const key = `${formatSocket(client)} ${port}`;
    return this.#sessions.get(key) ?? this.#begin(key, { socket, client, port });
  }

  #begin(
    key: string,
    { socket, client, port }: { readonly socket: Socket; readonly client: SocketAddress; readonly port: number },
  ): UdpSession | null {
    this.destinations.countClient();
    const { admission, clock } = this.parts;
    if (!admission.enter()) return null;
    const passage = this.destinations.open(client, () => this.#sessions.get(key)?.end());
    if (passage === null) {
      admission.leave();
      return null;
    }
    const session = new UdpSession({
      passage,
      clock,
      port,
      answer: (data) => {
        if (hasRoom(socket)) socket.send(data, client.port, client.address);
      },
      onEnd: () => {
        this.#sessions.delete(key);
        admission.leave();
      },
    });
    this.#sessions.set(key, session);
    return session;
  }

  #endIdle(): void {
    const { clock, udpIdleMs } = this.parts;
    const silentSinceMs = clock.monotonicMs() - udpIdleMs;
    for (const session of [...this.#sessions.values()]) if (session.lastUsedMs <= silentSinceMs) session.end();
  }
}
