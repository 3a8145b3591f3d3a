import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { staysWithoutSwinging } from '../report/targets.js';
import { constant } from '../world/demand-curve.js';
import { oneSite } from './one-site.js';
import type { Scenario } from './scenario.js';

/**
 * Two edges are equally far from everything, the near origin is full, and every measurement of latency is off by up to
 * 30 %: now the one edge looks further from the far origin, now the other. Whoever believes that has them trade places for
 * ever. Look at how still the shares are.
 */
export const noisyLatency: Scenario = {
  name: 'noisy-latency',
  title: 'latency measured with 30 % noise, from two edges that are equally far',
  world: oneSite(constant(400)),
  events: [],
  telemetry: { ...ORDINARY_TELEMETRY, rttFraction: 0.3 },
  warmUpSeconds: 60,
  durationSeconds: 3_600,
  tickSeconds: 1,
  disturbedAtSeconds: 0,
  settledFromSeconds: 900,
  targets: [staysWithoutSwinging(0.5)],
};
