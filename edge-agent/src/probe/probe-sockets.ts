import { connect, isIPv6, type Socket } from 'node:net';
import type { Clock } from '../clock.js';
import type { SocketAddress } from '../data-plane/service.js';

/** The address of this edge that probes come from, for each family; the system chooses where there is none. */
export interface ProbeSource {
  readonly IPv4?: string;
  readonly IPv6?: string;
}

/** A probe that could not be made for want of something on this edge. It says nothing about the endpoint. */
export class LocalFault extends Error {
  override readonly name = 'LocalFault';
}

const LOCAL_FAULTS: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** How long a server may take to hang up after a TCP probe, and how many may be waited for at once. */
const LINGER_MS = 1_000;
const MAX_LEAVING = 256;

/** Connects for probes, and parts from servers without a fuss and without end. */
export class ProbeSockets {
  readonly #leaving = new Set<Socket>();

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly source: ProbeSource,
  ) {}

  /** `signal` destroys the socket, now and later. */
  connect({ address, port }: SocketAddress, signal: AbortSignal): Promise<{ socket: Socket; latencyMs: number }> {
    const localAddress = isIPv6(address) ? this.source.IPv6 : this.source.IPv4;
    return new Promise((resolve, reject) => {
      const startedMs = this.clock.monotonicMs();
      const options = { host: address, port, noDelay: true, signal };
      const socket = connect(localAddress === undefined ? options : { ...options, localAddress });
      // Stays: an abort after the connect comes here too, and must not be unhandled.
      socket.on('error', (error) => {
        reject('code' in error && LOCAL_FAULTS.has(error.code) ? new LocalFault(error.message) : error);
      });
      socket.once('connect', () => {
        resolve({ socket, latencyMs: this.clock.monotonicMs() - startedMs });
      });
    });
  }

  /** A server that speaks first would see a reset if its greeting were left unread. */
  takeLeave(socket: Socket): void {
    const [oldest] = this.#leaving;
    if (oldest !== undefined && this.#leaving.size >= MAX_LEAVING) oldest.destroy();
    this.#leaving.add(socket);
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#leaving.delete(socket);
    });
    socket.resume();
    socket.end();
  }
}
