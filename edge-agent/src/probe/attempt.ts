import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.js';
import type { ProbeTarget } from './probe-target.js';

/** Probes a target once. Resolves with its latency in ms; rejects when it fails, or when `signal` aborts. */
export type ProbeAttempt = (target: ProbeTarget, signal: AbortSignal) => Promise<number>;

/** Probes over real sockets. The latency of TCP is the time to connect: one round trip to the endpoint's kernel. */
export function socketProbe(clock: Pick<Clock, 'monotonicMs'>): ProbeAttempt {
  return (target, signal) =>
    target.check.protocol === 'TCP' ? probeTcp(target, signal, clock) : probeHttp(target, signal, clock);
}

async function probeTcp(target: ProbeTarget, signal: AbortSignal, clock: Pick<Clock, 'monotonicMs'>): Promise<number> {
  const { socket, latencyMs } = await connectWithin(target, signal, clock);
  takeLeave(socket);
  return latencyMs;
}

async function probeHttp(target: ProbeTarget, signal: AbortSignal, clock: Pick<Clock, 'monotonicMs'>): Promise<number> {
  const { check, host } = target;
  if (check.protocol !== 'HTTP') throw new Error('not an HTTP check');
  const startedMs = clock.monotonicMs();
  const { socket, latencyMs } = await connectWithin(target, signal, clock);
  try {
    const status = await requestStatus(socket, { path: check.path, host }, signal);
    if (!isExpected(status, check.expectedStatus)) throw new Error(`status ${status}, not ${check.expectedStatus}`);
    return check.latencyFrom === 'connect' ? latencyMs : clock.monotonicMs() - startedMs;
  } finally {
    socket.destroy();
  }
}

/** How long a server may take to hang up after a TCP probe. */
const LINGER_MS = 1_000;

/** A server that speaks first would see a reset if its greeting were left unread. */
function takeLeave(socket: Socket): void {
  socket.resume();
  socket.end();
  socket.setTimeout(LINGER_MS, () => socket.destroy());
}

/** `expected` is one status or an inclusive range: `200`, `200-299`. */
export function isExpected(status: number, expected: string): boolean {
  const [first = '', last = first] = expected.split('-');
  return status >= Number(first) && status <= Number(last);
}

function connectWithin(
  { address, port }: ProbeTarget,
  signal: AbortSignal,
  clock: Pick<Clock, 'monotonicMs'>,
): Promise<{ socket: Socket; latencyMs: number }> {
  return new Promise((resolve, reject) => {
    const startedMs = clock.monotonicMs();
    const socket = connect({ host: address, port, noDelay: true, signal });
    // Stays: an abort after the connect comes here too, and must not be unhandled.
    socket.on('error', reject);
    socket.once('connect', () => {
      resolve({ socket, latencyMs: clock.monotonicMs() - startedMs });
    });
  });
}

/** The status of a response's head; the body is not waited for. */
function requestStatus(
  socket: Socket,
  { path, host }: { path: string; host: string },
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { method: 'GET', path, signal, createConnection: () => socket, headers: { host, 'user-agent': 'weir-probe' } },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}
