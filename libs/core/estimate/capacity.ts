import type { Origin } from '../model/origin.js';
import type { LearntRate, OriginEstimate } from './estimate.js';

/** An origin less busy than this says little about what it could do. */
const LEAST_UTILIZATION = 0.1;
const MOST_UTILIZATION = 10;
const LEAST_LOAD = 1;

/** Less capacity than thought is believed sooner than more. */
const LEARN_LESS = 0.3;
const LEARN_MORE = 0.1;

/** What an origin can take: declared, or else learnt. Connections per second, and open connections. */
export function estimateOrigin(
  origin: Origin,
  healthyFraction: number,
  measuredLoad: number | null,
  learnt: LearntRate | null,
): OriginEstimate {
  const { rate: declaredRate, connections } = origin.capacity;
  const wholeRate = declaredRate ?? learnt?.wholeRate ?? null;
  return {
    origin: origin.name,
    wholeRate,
    rate: wholeRate === null ? null : wholeRate * healthyFraction,
    connections: connections === undefined ? null : connections * healthyFraction,
    healthyFraction,
    measuredLoad,
  };
}

/**
 * What an origin could serve with every endpoint healthy, from what it serves and how busy it says it is, both now. Keeps
 * what is known where that says nothing: idle, nothing measured, or a figure that makes no sense.
 */
export function learnRate(
  origin: Origin,
  known: LearntRate | null,
  utilization: number | undefined,
  measuredLoad: number | null,
  healthyFraction: number,
): LearntRate | null {
  if (origin.utilization === undefined) return null;
  const isTelling =
    utilization !== undefined &&
    utilization >= LEAST_UTILIZATION &&
    utilization <= MOST_UTILIZATION &&
    healthyFraction > 0;
  if (!isTelling || measuredLoad === null || measuredLoad < LEAST_LOAD) return known;
  const seen = measuredLoad / (utilization * healthyFraction);
  if (known === null) return { origin: origin.name, wholeRate: seen };
  const pace = seen < known.wholeRate ? LEARN_LESS : LEARN_MORE;
  return { origin: origin.name, wholeRate: known.wholeRate + pace * (seen - known.wholeRate) };
}
