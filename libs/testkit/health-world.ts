import { EMPTY_MEMORY, type Eligibility, type Estimate } from '#core/estimate/estimate.js';
import { estimateObservation } from '#core/estimate/estimate-observation.js';
import { DEFAULT_SCHEDULER_SETTINGS } from '#core/settings.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from './model-builders.js';
import { anObservation } from './observation-builders.js';

export const HEALTH_ENDPOINTS = [
  { address: '192.0.2.1', weight: 3 },
  { address: '192.0.2.2', weight: 1 },
];
/** One origin of two endpoints, probed from three edges. */
export const HEALTH_WORLD = aConfiguration({
  loadBalancers: [aLoadBalancer('shop', ['east'])],
  origins: [anOrigin('east', { endpoints: HEALTH_ENDPOINTS, capacity: { rate: 400 } })],
  edges: ['a', 'b', 'c'].map((edge) => anEdge(edge)),
});

/** What comes of verdicts on endpoints, by edge and the last number of the address. */
export function seenHealth(
  verdicts: Readonly<Record<string, Readonly<Record<number, boolean>>>>,
  { ageMs = 0, memory = EMPTY_MEMORY, takenAtMs = 0, configuration = HEALTH_WORLD } = {},
): Estimate {
  const seen = Object.entries(verdicts).map(([edge, judged]) => ({
    edge,
    ageMs,
    origins: {
      east: { verdicts: Object.fromEntries(Object.entries(judged).map(([nth, up]) => [`192.0.2.${nth}`, up])) },
    },
  }));
  return estimateObservation(configuration, anObservation(takenAtMs, seen), memory, DEFAULT_SCHEDULER_SETTINGS, false);
}
export function eligibilities(estimate: Estimate): readonly (Eligibility | undefined)[] {
  return estimate.pairs.map(({ arcs }) => arcs[0]?.eligibility);
}
