import type { Clock } from '../clock.js';
import type { OnOutcome, ProbeOutcome } from './probe-outcome.js';
import { ProbeSockets, type ProbeSource } from './probe-sockets.js';
import type { ProbeTarget } from './probe-target.js';
import { requestStatus, secure } from './request-status.js';

/**
 * Begins one probe of a target; the answer gives it up. `onOutcome` hears once what came of it, after this has returned;
 * of a probe that was given up it hears nothing. Hundreds begin each second, so there is no promise and no signal for each.
 */
export type ProbeAttempt = (target: ProbeTarget, onOutcome: OnOutcome) => () => void;

type RequestCheck = Exclude<ProbeTarget['check'], { protocol: 'TCP' }>;

/** Probes over real sockets, from the addresses in `source`. */
export function socketProbe(clock: Pick<Clock, 'monotonicMs'>, source: ProbeSource = {}): ProbeAttempt {
  const sockets = new ProbeSockets(clock, source);
  return (target, onOutcome) => {
    const { check } = target;
    if (check.protocol === 'TCP') return sockets.touch(target, onOutcome);
    return abortable((signal) => probeRequest({ target, check, sockets, clock }, signal), onOutcome);
  };
}

/** An attempt in several steps; `signal` gives it up. */
export function abortable(ask: (signal: AbortSignal) => Promise<number>, onOutcome: OnOutcome): () => void {
  const givingUp = new AbortController();
  const tell = (outcome: ProbeOutcome) => {
    if (!givingUp.signal.aborted) onOutcome(outcome);
  };
  ask(givingUp.signal).then(tell, (error: unknown) => {
    tell(error instanceof Error ? error : new Error(String(error)));
  });
  return () => {
    givingUp.abort();
  };
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
