import type { SmoothedRtt } from './estimate.js';

/** How fast the level follows what is measured. */
const PACE = 0.5;

/** Within this of what decisions reckon with, a level counts as the same: in ms, as a part, and in sizes of the noise. */
const SAME_WITHIN_MS = 1;
const SAME_WITHIN_PART = 0.05;
const SAME_WITHIN_NOISE = 3;

/** How fast decisions' figure follows levels that count as the same: as their mean does, but never faster or slower than this. */
const FASTEST_CREEP = 0.1;
const SLOWEST_CREEP = 0.005;

/** How fast the size of the noise follows: it is learnt soon, and forgotten late. */
const NOISE_RISE = 0.1;
const NOISE_FALL = 0.02;

/** The most that one measurement counts for as noise, as a part of the RTT and in sizes of the noise: an outlier is none. */
const MOST_NOISE_PART = 0.2;
const MOST_NOISE_GROWTH = 4;

/** Longer than any path on Earth, and than any probe waits. */
const MOST_BELIEVABLE_RTT_MS = 60_000;

/**
 * Follows the median of the last three measurements, so that a single outlier is not seen at all and a new path is after
 * two. Decisions reckon with the mean of the levels since the last that was clearly another one: noise moves that the less
 * the longer it is known, or edges that are equally far from a full origin would trade places for ever. In ms.
 */
export function followRtt(known: SmoothedRtt | null, measuredMs: number): SmoothedRtt {
  if (known === null) {
    return { level: measuredMs, last: measuredMs, beforeLast: measuredMs, settled: measuredMs, noise: 0, samples: 1 };
  }
  const median = medianOf(measuredMs, known.last, known.beforeLast);
  const level = known.level + PACE * (median - known.level);
  const noise = followNoise(known, measuredMs);
  const isSame = Math.abs(level - known.settled) <= slackOf(known.settled, noise);
  const samples = isSame ? Math.min(known.samples + 1, 1 / SLOWEST_CREEP) : 1;
  const pace = isSame ? Math.min(FASTEST_CREEP, 1 / samples) : 1;
  const settled = known.settled + pace * (level - known.settled);
  return { level, last: measuredMs, beforeLast: known.last, settled, noise, samples };
}

/** How well it is known, in ms: what a mean of so many levels, each off by the noise, is hardly ever off by. */
export function rttUncertaintyMs({ noise, samples }: Pick<SmoothedRtt, 'noise' | 'samples'>): number {
  return (2 * noise) / Math.sqrt(samples);
}

export function isUsableRtt(rttMs: number): boolean {
  return Number.isFinite(rttMs) && rttMs >= 0 && rttMs <= MOST_BELIEVABLE_RTT_MS;
}

function slackOf(rttMs: number, noise: number): number {
  return Math.max(SAME_WITHIN_MS, SAME_WITHIN_PART * rttMs, SAME_WITHIN_NOISE * noise);
}

/** How far measurements go and come back again, rather more than the mean. A path that became another one goes, and stays. */
function followNoise({ last, beforeLast, settled, noise }: SmoothedRtt, measuredMs: number): number {
  const [there, back] = [last - beforeLast, measuredMs - last];
  const turned = there * back < 0 ? Math.min(Math.abs(there), Math.abs(back)) : 0;
  const counted = Math.min(turned, Math.max(MOST_NOISE_PART * settled, MOST_NOISE_GROWTH * noise));
  return noise + (counted > noise ? NOISE_RISE : NOISE_FALL) * (counted - noise);
}

function medianOf(one: number, other: number, third: number): number {
  return Math.max(Math.min(one, other), Math.min(Math.max(one, other), third));
}
