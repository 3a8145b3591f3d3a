import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { staysWithoutSwinging } from '../report/targets.js';
import { constant } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS } from '../world/world-description.js';
import { PLACES } from './places.js';
import type { Scenario } from './scenario.js';
import { ORDINARY_NOISE } from './three-continents.js';

/**
 * Two edges are equally far from everything, the near origin is full, and every measurement of latency is off by up to
 * 30 %: now the one edge looks further from the far origin, now the other. Whoever believes that has them trade places for
 * ever. Look at how still the shares are.
 */
export const noisyLatency: Scenario = {
  name: 'noisy-latency',
  title: 'latency measured with 30 % noise, from two edges that are equally far',
  world: {
    regions: [{ name: 'west-coast', location: PLACES.sanJose }],
    edges: [
      { name: 'sjc-1', site: 'sjc', location: PLACES.sanJose },
      { name: 'sjc-2', site: 'sjc', location: PLACES.sanJose },
    ],
    origins: [
      { name: 'near', location: PLACES.portland, endpoints: 2, capacity: { rate: 200 } },
      { name: 'far', location: PLACES.frankfurt, endpoints: 2, capacity: { rate: 1_000 } },
    ],
    loadBalancers: [
      {
        name: 'shop',
        origins: ['near', 'far'],
        demand: { 'west-coast': constant(400) },
        durations: SHORT_CONNECTIONS,
      },
    ],
    noise: ORDINARY_NOISE,
  },
  events: [],
  telemetry: { ...ORDINARY_TELEMETRY, rttFraction: 0.3 },
  warmUpSeconds: 60,
  durationSeconds: 3_600,
  tickSeconds: 1,
  disturbedAtSeconds: 0,
  settledFromSeconds: 900,
  targets: [staysWithoutSwinging(0.5)],
};
