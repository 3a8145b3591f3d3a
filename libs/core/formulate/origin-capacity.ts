import type { OriginEstimate } from '../estimate/estimate.js';

/** What an origin can take in this cycle. */
export interface OriginCapacity {
  /** Connections per second; `null` when unlimited. What open connections allow is in it, where that is a rate. */
  readonly rate: number | null;
  /** Set where open connections are a capacity of their own, since those of different users last differently long. */
  readonly open: OpenCapacity | null;
}

export interface OpenCapacity {
  readonly connections: number;
  /** How long a connection of the present mix stays open. */
  readonly meanSeconds: number;
}

/** One load balancer at the origin: what it sends there now, and how long its connections last, where that is known. */
export interface OriginUser {
  readonly heldLoad: number;
  readonly seconds: number | undefined;
}

/** Connection times this close are alike: a capacity of open connections then is one of the rate. */
const ALIKE = 1.1;

/**
 * By Little's law a rate of x holds x · seconds connections open. A capacity of open connections says nothing until a
 * connection time was measured, unless it is none at all.
 */
export function originCapacity(
  { rate, connections }: Pick<OriginEstimate, 'rate' | 'connections'>,
  users: readonly OriginUser[],
): OriginCapacity {
  if (connections === 0) return { rate: 0, open: null };
  const times = users.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  if (connections === null || times.length === 0) return { rate, open: null };
  const meanSeconds = meanTime(users, times);
  if (Math.max(...times) > ALIKE * Math.min(...times)) return { rate, open: { connections, meanSeconds } };
  const allowed = connections / meanSeconds;
  return { rate: rate === null ? allowed : Math.min(rate, allowed), open: null };
}

/** Connections per second the origin takes in the present mix; `null` when unlimited. */
export function rateInPresentMix({ rate, open }: OriginCapacity): number | null {
  if (open === null) return rate;
  const allowed = open.connections / open.meanSeconds;
  return rate === null ? allowed : Math.min(rate, allowed);
}

/** Of the present mix, or else the plain mean. */
function meanTime(users: readonly OriginUser[], times: readonly number[]): number {
  let load = 0;
  let open = 0;
  for (const { heldLoad, seconds } of users) {
    if (seconds === undefined) continue;
    load += heldLoad;
    open += heldLoad * seconds;
  }
  return load > 0 ? open / load : times.reduce((sum, seconds) => sum + seconds, 0) / times.length;
}
