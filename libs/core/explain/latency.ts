import type { PairPlan, ShareDecision } from '../plan/plan.js';
import { isVisible } from './figures.js';
import { hasRtt } from './situation.js';

/** Latency of connections, summed so that means of many pairs can be had. */
export interface LatencySum {
  /** Connections per second whose latency is known. */
  readonly rate: number;
  /** Of all of them together, in ms per second. */
  readonly ms: number;
}

const NO_LATENCY: LatencySum = { rate: 0, ms: 0 };

/** What a pair's connections wait with its shares. */
export function latencyOf(pair: PairPlan): LatencySum {
  return sumOf(pair.shares.map((decision) => latencyOfShare(decision, pair.demand)));
}

export function sumOf(parts: readonly LatencySum[]): LatencySum {
  return parts.reduce((sum, { rate, ms }) => ({ rate: sum.rate + rate, ms: sum.ms + ms }), NO_LATENCY);
}

/** Mean latency in ms; `null` where there is no demand. */
export function meanRttMs({ rate, ms }: LatencySum): number | null {
  return rate > 0 ? ms / rate : null;
}

/** What one connection waits on average with the pair's shares, whatever its demand; `null` where that is unknown. */
export function meanRttOfShares(pair: PairPlan): number | null {
  return meanRttMs(latencyOf({ ...pair, demand: 1 }));
}

function latencyOfShare(decision: ShareDecision, demand: number): LatencySum {
  if (!isVisible(decision.share) || !hasRtt(decision) || !(demand > 0)) return NO_LATENCY;
  const rate = demand * decision.share;
  return { rate, ms: rate * decision.rttMs };
}
