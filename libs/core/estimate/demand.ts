import type { SchedulerSettings } from '../settings.js';
import type { SmoothedDemand } from './estimate.js';

/** How fast the mean difference, the mean size of differences, and within noise the level follow: the mean of some 20. */
const PACE = 0.05;

/** Until that many were taken, each counts as much as those before it. */
const MOST_SAMPLES = 1 / PACE;

/** What noise is taken for until it is known, as a part of the level; and the most a change out of silence says about it. */
const FIRST_ERROR = 0.05;

/** A difference this many times the usual one is a change, and no noise. */
const CLEAR_CHANGE = 4;

/** Tracking signals up to here come from noise alone. */
const NOISE_SIGNAL = 0.4;

/** The level follows so slowly within noise that it is known about this much better than one measurement. */
const NOISE_PART = 0.5;

/**
 * Follows a rise fast and a fall slowly: serving more than expected overloads an origin, serving less only costs latency.
 * What goes up and down evenly is noise, and hardly followed at all.
 *
 * A change is told from noise by its size, or by its lasting: the tracking signal, which is the mean difference between
 * measurement and level divided by the mean size of the differences, is near 0 for noise and near 1 for what goes one way
 * (D. W. Trigg, A. G. Leach: Exponential smoothing with an adaptive response rate, 1967).
 *
 * `isExtra`: measured between two ordinary cycles, over a time that another measurement covers too. It tells of a change,
 * but not how large the noise is.
 */
export function smoothDemand(
  known: SmoothedDemand | null,
  measured: number,
  settings: Pick<SchedulerSettings, 'demandRise' | 'demandFall'>,
  isExtra: boolean,
): SmoothedDemand {
  if (known === null) return { level: measured, bias: 0, error: FIRST_ERROR * measured, samples: 1 };
  const difference = measured - known.level;
  const size = Math.abs(difference);
  const clear = CLEAR_CHANGE * known.error;
  const pace = difference > 0 ? settings.demandRise : settings.demandFall;
  if (isExtra) return size > clear ? { ...known, level: known.level + pace * difference } : known;
  const follow = Math.max(PACE, 1 / (known.samples + 1));
  // What is clearly a change says little about the noise.
  const counted = Math.min(size, Math.max(clear, CLEAR_CHANGE * FIRST_ERROR * known.level));
  const bias = known.bias + follow * (Math.sign(difference) * counted - known.bias);
  const error = known.error + follow * (counted - known.error);
  const part = size > clear ? 1 : Math.max(follow, changePart(bias, error, difference));
  return {
    level: known.level + pace * part * difference,
    bias,
    error,
    samples: Math.min(MOST_SAMPLES, known.samples + 1),
  };
}

/** How far the tracking signal speaks for a change, 0 to 1. A bias to the other side says nothing about this difference. */
function changePart(bias: number, error: number, difference: number): number {
  if (bias * difference <= 0) return 0;
  const signal = Math.min(1, Math.abs(bias) / error);
  return (Math.max(0, signal - NOISE_SIGNAL) / (1 - NOISE_SIGNAL)) ** 2;
}

/** How well a demand is known, in connections per second: smaller differences mean nothing. */
export function demandNoise({ bias, error }: SmoothedDemand): number {
  // A lasting difference is a change under way, not noise.
  return NOISE_PART * Math.max(0, error - Math.abs(bias));
}

/** More than any edge receives for one load balancer, in connections per second: a counter that lies. */
const MOST_BELIEVABLE_RATE = 1e9;

/** A rate that can be believed: finite, not negative, not absurd. */
export function isUsableRate(rate: number): boolean {
  // What is not a number has become null in a stored observation, and null >= 0.
  return Number.isFinite(rate) && rate >= 0 && rate <= MOST_BELIEVABLE_RATE;
}
