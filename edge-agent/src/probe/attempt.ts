import type { Clock } from '../clock.js';
import { ProbeSockets, type ProbeSource } from './probe-sockets.js';
import type { ProbeTarget } from './probe-target.js';
import { requestStatus, secure } from './request-status.js';

/**
 * Probes a target once. Resolves with its latency in ms; rejects when it fails, or when `signal` aborts: with a
 * LocalFault when it could not be made at all.
 */
export type ProbeAttempt = (target: ProbeTarget, signal: AbortSignal) => Promise<number>;

type RequestCheck = Exclude<ProbeTarget['check'], { protocol: 'TCP' }>;

/** Probes over real sockets, from the addresses in `source`. */
export function socketProbe(clock: Pick<Clock, 'monotonicMs'>, source: ProbeSource = {}): ProbeAttempt {
  const sockets = new ProbeSockets(clock, source);
  return (target, signal) =>
    target.check.protocol === 'TCP'
      ? probeTcp(target, sockets, signal)
      : probeRequest({ target, check: target.check, sockets, clock }, signal);
}

/** The latency is the time to connect: one round trip to the endpoint's kernel. */
async function probeTcp(target: ProbeTarget, sockets: ProbeSockets, signal: AbortSignal): Promise<number> {
  const { socket, latencyMs } = await sockets.connect(target, signal);
  sockets.takeLeave(socket);
  return latencyMs;
}

interface RequestProbe {
  readonly target: ProbeTarget;
  readonly check: RequestCheck;
  readonly sockets: ProbeSockets;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** From `connect` the latency is that of TCP, with HTTPS too: the handshake's round trips are the server's work as well. */
async function probeRequest({ target, check, sockets, clock }: RequestProbe, signal: AbortSignal): Promise<number> {
  const startedMs = clock.monotonicMs();
  const { socket, latencyMs } = await sockets.connect(target, signal);
  try {
    const stream = check.protocol === 'HTTPS' ? await secure(socket, target.host, check.verifyCertificate) : socket;
    const status = await requestStatus(stream, { path: check.path, host: target.host }, signal);
    if (!isExpected(status, check.expectedStatus)) throw new Error(`status ${status}, not ${check.expectedStatus}`);
    return check.latencyFrom === 'connect' ? latencyMs : clock.monotonicMs() - startedMs;
  } finally {
    socket.destroy();
  }
}

/** `expected` is one status or an inclusive range: `200`, `200-299`. */
export function isExpected(status: number, expected: string): boolean {
  const [first = '', last = first] = expected.split('-');
  return status >= Number(first) && status <= Number(last);
}
