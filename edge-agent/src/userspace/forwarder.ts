import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ActualDestination, ActualService, Counters } from '../data-plane/data-plane.js';
import {
  formatSocket,
  type Destination,
  type ServiceAddress,
  type ServiceSettings,
  type SocketAddress,
} from '../data-plane/service.js';
import { openConnection } from './connect.js';
import { Rotation } from './rotation.js';
import { splice } from './splice.js';

/** What one destination has taken. */
interface Ledger {
  connections: number;
  bytesIn: number;
  bytesOut: number;
  readonly open: Set<Socket>;
}

const newLedger = (): Ledger => ({ connections: 0, bytesIn: 0, bytesOut: 0, open: new Set() });

/** One service of the userspace data plane: a listener that outlives every change of its destinations. */
export class Forwarder {
  readonly rotation = new Rotation();
  readonly #server: Server;
  readonly #ledgers = new Map<string, Ledger>();
  readonly #clients = new Set<Socket>();
  readonly #total = { connections: 0, bytesIn: 0, bytesOut: 0 };

  constructor(
    readonly service: ServiceAddress,
    public settings: ServiceSettings,
    private readonly connectTimeoutMs: number,
  ) {
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
      this.#accept(client);
    });
    // A connection that could not be accepted (too many open files) must not end all the others.
    this.#server.on('error', () => undefined);
  }

  /** Rejects when the address cannot be bound. Answers where it listens, which port 0 leaves open. */
  async listen({ address, port }: SocketAddress): Promise<SocketAddress> {
    this.#server.listen({ host: address, port });
    await once(this.#server, 'listening');
    return { address, port: (this.#server.address() as AddressInfo).port };
  }

  /** Forgets the destination and cuts the connections it still has. */
  removeDestination(destination: SocketAddress): void {
    const key = formatSocket(destination);
    this.rotation.remove(destination);
    for (const client of this.#ledgers.get(key)?.open ?? []) client.resetAndDestroy();
    this.#ledgers.delete(key);
  }

  /** Stops accepting at once; open connections may finish for `graceMs`, then they are cut. */
  async close(graceMs: number): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    const timer = setTimeout(() => {
      for (const client of this.#clients) client.resetAndDestroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  snapshot(): ActualService {
    return {
      ...this.service,
      settings: this.settings,
      counters: { ...this.#total },
      destinations: this.rotation.destinations.map((destination) => this.#snapshotOf(destination)),
    };
  }

  #snapshotOf(destination: Destination): ActualDestination {
    const { connections, bytesIn, bytesOut, open } = this.#ledgers.get(formatSocket(destination)) ?? newLedger();
    const counters: Counters = { connections, bytesIn, bytesOut };
    return { ...destination, activeConnections: open.size, inactiveConnections: 0, counters };
  }

  #accept(client: Socket): void {
    this.#total.connections += 1;
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    // Until the other side is there nobody reads the client; a reset meanwhile is seen when the splice begins.
    client.on('error', () => client.destroy());
    void this.#forward(client);
  }

  async #forward(client: Socket): Promise<void> {
    const connection = await this.#connect();
    if (connection === null) {
      client.resetAndDestroy();
      return;
    }
    const { upstream, ledger } = connection;
    if (client.destroyed) {
      upstream.resetAndDestroy();
      return;
    }
    ledger.connections += 1;
    ledger.open.add(client);
    this.#countBytes(client, upstream, ledger);
    splice(client, upstream, () => ledger.open.delete(client));
  }

  /** One retry, elsewhere: a dead endpoint must not fail its share of the users until the probes have found it out. */
  async #connect(): Promise<{ upstream: Socket; ledger: Ledger } | null> {
    const first = this.rotation.next();
    if (first === null) return null;
    const connection = await this.#connectTo(first);
    if (connection !== null) return connection;
    const second = this.rotation.next(first);
    return second === null ? null : this.#connectTo(second);
  }

  async #connectTo(destination: Destination): Promise<{ upstream: Socket; ledger: Ledger } | null> {
    try {
      const upstream = await openConnection(destination, this.connectTimeoutMs);
      // Removed while we were connecting.
      if (this.rotation.has(destination)) return { upstream, ledger: this.#ledgerOf(destination) };
      upstream.destroy();
    } catch {
      // Who is asked next is the caller's business; why it failed is the probes'.
    }
    return null;
  }

  #ledgerOf(destination: SocketAddress): Ledger {
    const key = formatSocket(destination);
    const ledger = this.#ledgers.get(key) ?? newLedger();
    this.#ledgers.set(key, ledger);
    return ledger;
  }

  #countBytes(client: Socket, upstream: Socket, ledger: Ledger): void {
    client.on('data', ({ length }: Buffer) => {
      ledger.bytesIn += length;
      this.#total.bytesIn += length;
    });
    upstream.on('data', ({ length }: Buffer) => {
      ledger.bytesOut += length;
      this.#total.bytesOut += length;
    });
  }
}
