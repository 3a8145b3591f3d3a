import { connect, isIPv6, Socket, type TcpNetConnectOpts } from 'node:net';
import type { Clock } from '../clock.js';
import type { SocketAddress } from '../data-plane/service.js';
import { systemTimers } from '../timers.js';
import type { OnOutcome } from './probe-outcome.js';
import { SlottedTimers } from './slotted-timers.js';

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

/** Nobody minds that a server gets so much longer. */
const LINGER_SLOT_MS = 250;

/** Connects for probes, and parts from servers without a fuss and without end. */
export class ProbeSockets {
  /** In the order in which they began; those that have ended go when they are the first. */
  readonly #leaving: Socket[] = [];
  #waitedFor = 0;
  readonly #lingerTimers: SlottedTimers;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly source: ProbeSource,
  ) {
    this.#lingerTimers = new SlottedTimers(clock, systemTimers, LINGER_SLOT_MS);
  }

  /** Connects and parts again: a whole probe of its own, whose latency is one round trip to the endpoint's kernel. */
  touch(to: SocketAddress, onOutcome: OnOutcome): () => void {
    const startedMs = this.clock.monotonicMs();
    // Node 20 takes a fifth longer over a socket that is given options.
    const socket = new Socket();
    let isDecided = false;
    // Stays: what goes wrong after the connect is no failure, and must not be unhandled.
    socket.on('error', (error) => {
      if (!isDecided) onOutcome(faultOf(error));
    });
    socket.on('connect', () => {
      isDecided = true;
      const latencyMs = this.clock.monotonicMs() - startedMs;
      this.#takeLeave(socket);
      onOutcome(latencyMs);
    });
    socket.connect(this.#optionsFor(to));
    return () => {
      socket.destroy();
    };
  }

  /** `signal` destroys the socket, now and later. */
  connect(to: SocketAddress, signal: AbortSignal): Promise<{ socket: Socket; latencyMs: number }> {
    return new Promise((resolve, reject) => {
      const startedMs = this.clock.monotonicMs();
      const socket = connect({ ...this.#optionsFor(to), noDelay: true, signal });
      // Stays: an abort after the connect comes here too, and must not be unhandled.
      socket.on('error', (error) => {
        reject(faultOf(error));
      });
      socket.once('connect', () => {
        resolve({ socket, latencyMs: this.clock.monotonicMs() - startedMs });
      });
    });
  }

  #optionsFor({ address, port }: SocketAddress): TcpNetConnectOpts {
    const localAddress = isIPv6(address) ? this.source.IPv6 : this.source.IPv4;
    return { host: address, port, ...(localAddress !== undefined && { localAddress }) };
  }

  /** A server that speaks first would see a reset if its greeting were left unread. */
  #takeLeave(socket: Socket): void {
    this.#makeRoom();
    this.#leaving.push(socket);
    this.#waitedFor += 1;
    const cancel = this.#lingerTimers.after(LINGER_MS, () => socket.destroy());
    socket.on('close', () => {
      cancel();
      this.#waitedFor -= 1;
    });
    socket.resume();
    socket.end();
  }

  #makeRoom(): void {
    while (this.#leaving[0]?.destroyed === true) this.#leaving.shift();
    if (this.#waitedFor >= MAX_LEAVING) this.#leaving.shift()?.destroy();
  }
}

function faultOf(error: Error): Error {
  return 'code' in error && LOCAL_FAULTS.has(error.code) ? new LocalFault(error.message) : error;
}
