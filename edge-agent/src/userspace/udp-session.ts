import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '../clock.js';
import type { Passage } from './passage.js';

interface UdpSessionParts {
  readonly passage: Passage;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** The port the client came to. */
  readonly port: number;
  readonly answer: (data: Buffer) => void;
  readonly onEnd: () => void;
}

/** What may wait to be sent: as much as a usual socket buffer of the kernel. */
const MOST_WAITING_BYTES = 212_992;

/** Node would queue without end what the kernel does not take; beyond this, datagrams are lost instead. */
export function hasRoom(socket: Socket): boolean {
  return socket.getSendQueueSize() < MOST_WAITING_BYTES;
}

/** One client's datagrams to one destination and back, over a socket of its own, so that answers find their client. */
export class UdpSession {
  readonly #socket: Socket;
  #lastUsedMs: number;
  #isConnected = false;
  #hasEnded = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(private readonly parts: UdpSessionParts) {
    const { address, port } = parts.passage.destination;
    this.#lastUsedMs = parts.clock.monotonicMs();
    this.#socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    // The destination refuses: the client's next datagram begins anew, with whoever is next then.
    this.#socket.on('error', () => {
      this.end();
    });
    this.#socket.on('message', (data) => {
      this.#take(data);
    });
    parts.passage.establish();
    // Connected, so that the kernel keeps strangers' datagrams out and tells of a refusal.
    this.#socket.once('connect', () => {
      this.#begin();
    });
    this.#socket.connect(port || parts.port, address);
  }

  get lastUsedMs(): number {
    return this.#lastUsedMs;
  }

  send(data: Buffer): void {
    this.#lastUsedMs = this.parts.clock.monotonicMs();
    this.parts.passage.countIn(data.length);
    if (this.#isConnected) {
      if (hasRoom(this.#socket)) this.#socket.send(data);
      return;
    }
    if (this.#waitingBytes >= MOST_WAITING_BYTES) return;
    this.#waiting.push(data);
    this.#waitingBytes += data.length;
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#waiting = [];
    this.#socket.close();
    this.parts.passage.end();
    this.parts.onEnd();
  }

  #begin(): void {
    this.#isConnected = true;
    for (const data of this.#waiting.splice(0)) this.#socket.send(data);
  }

  #take(data: Buffer): void {
    this.#lastUsedMs = this.parts.clock.monotonicMs();
    this.parts.passage.countOut(data.length);
    this.parts.answer(data);
  }
}
