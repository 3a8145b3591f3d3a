import type { SmoothedRtt } from './estimate.js';

const PACE = 0.5;

/** Within this of what decisions reckon with, a level counts as the same: in ms, and as a part. */
const SAME_WITHIN_MS = 1;
const SAME_WITHIN_PART = 0.05;

/** How fast it follows a level that counts as the same. */
const CREEP = 0.1;

/** Longer than any path on Earth, and than any probe waits. */
const MOST_BELIEVABLE_RTT_MS = 60_000;

/**
 * Follows the median of the last three measurements, so that a single outlier is not seen at all and a new path is after
 * two. In ms.
 */
export function followRtt(known: SmoothedRtt | null, measuredMs: number): SmoothedRtt {
  if (known === null) return { level: measuredMs, last: measuredMs, beforeLast: measuredMs, settled: measuredMs };
  const median = medianOf(measuredMs, known.last, known.beforeLast);
  const level = known.level + PACE * (median - known.level);
  const slack = Math.max(SAME_WITHIN_MS, SAME_WITHIN_PART * known.settled);
  const isSame = Math.abs(level - known.settled) <= slack;
  // What the first measurement was off by must not stay for ever.
  const settled = isSame ? known.settled + CREEP * (level - known.settled) : level;
  return { level, last: measuredMs, beforeLast: known.last, settled };
}

export function isUsableRtt(rttMs: number): boolean {
  return Number.isFinite(rttMs) && rttMs >= 0 && rttMs <= MOST_BELIEVABLE_RTT_MS;
}

function medianOf(one: number, other: number, third: number): number {
  return Math.max(Math.min(one, other), Math.min(Math.max(one, other), third));
}
