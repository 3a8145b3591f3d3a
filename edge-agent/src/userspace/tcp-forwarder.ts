import { once } from 'node:events';
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { canonicalAddress, type SocketAddress } from '../data-plane/service.js';
import { openConnection } from './connect.js';
import type { Destinations } from './destinations.js';
import type { Forwarder, ForwarderParts, Listening } from './forwarder.js';
import type { Passage } from './passage.js';
import { splice } from './splice.js';

/** Forwards TCP: bytes are carried as they come, ends and failures passed on; nobody waits for a slow reader in memory. */
export class TcpForwarder implements Forwarder {
  readonly destinations: Destinations;
  readonly #servers: Server[] = [];
  readonly #clients = new Set<Socket>();

  constructor(private readonly parts: ForwarderParts) {
    this.destinations = parts.destinations;
  }

  async listen(ports: readonly Listening[]): Promise<readonly SocketAddress[]> {
    try {
      const listening: SocketAddress[] = [];
      for (const port of ports) listening.push(await this.#listen(port));
      return listening;
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  async close(graceMs: number): Promise<void> {
    const closed = this.#servers.map((server) => once(server, 'close'));
    for (const server of this.#servers) server.close();
    const timer = setTimeout(() => {
      for (const client of this.#clients) client.resetAndDestroy();
    }, graceMs);
    await Promise.all(closed);
    clearTimeout(timer);
  }

  async #listen({ port, at }: Listening): Promise<SocketAddress> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
      this.#accept(client, port);
    });
    server.listen({ host: at.address, port: at.port, ipv6Only: isIPv6(at.address) });
    await once(server, 'listening');
    // A connection that could not be accepted (too many open files) must not end all the others.
    server.on('error', () => undefined);
    this.#servers.push(server);
    return { address: at.address, port: (server.address() as AddressInfo).port };
  }

  #accept(client: Socket, port: number): void {
    this.destinations.countClient();
    // Until the other side is there nobody reads the client; a reset meanwhile is seen when the splice begins.
    client.on('error', () => client.destroy());
    if (!this.parts.admission.enter()) {
      client.resetAndDestroy();
      return;
    }
    this.#clients.add(client);
    client.once('close', () => {
      this.#clients.delete(client);
      this.parts.admission.leave();
    });
    void this.#forward(client, port);
  }

  async #forward(client: Socket, port: number): Promise<void> {
    const connection = await this.#connect(client, port);
    if (connection === null) {
      client.resetAndDestroy();
      return;
    }
    const { upstream, passage } = connection;
    if (client.destroyed) {
      upstream.resetAndDestroy();
      passage.end();
      return;
    }
    passage.establish();
    splice(client, upstream, passage);
  }

  /** One retry, elsewhere: a dead endpoint must not fail its share of the users until the probes have found it out. */
  async #connect(client: Socket, port: number): Promise<{ upstream: Socket; passage: Passage } | null> {
    const from = { address: canonicalAddress(client.remoteAddress ?? ''), port: client.remotePort ?? 0 };
    const cut = () => client.resetAndDestroy();
    let failed: SocketAddress | undefined;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const passage = this.destinations.open(from, cut, failed);
      if (passage === null) return null;
      const upstream = await this.#connectTo(passage, port);
      if (upstream !== null) return { upstream, passage };
      failed = passage.destination;
    }
    return null;
  }

  async #connectTo(passage: Passage, port: number): Promise<Socket | null> {
    const { address, port: ownPort } = passage.destination;
    try {
      const upstream = await openConnection({ address, port: ownPort || port }, this.parts.connectTimeoutMs);
      if (!passage.hasEnded) return upstream;
      upstream.destroy();
    } catch {
      // Who is asked next is the caller's business; why it failed is the probes'.
    }
    passage.end();
    return null;
  }
}
