import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { excessAtMost, staysWithoutSwinging } from '../report/targets.js';
import { step } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS } from '../world/world-description.js';
import { PLACES } from './places.js';
import type { Scenario } from './scenario.js';
import { ORDINARY_NOISE } from './three-continents.js';

/**
 * The founding experiment. One site of two edges, a near origin that takes 200 connections a second, a far one; after an
 * idle minute 400 a second come. Look at how long the near origin is beyond its capacity, and whether its load then
 * stays there.
 */
export const spill: Scenario = {
  name: 'spill',
  title: '400/s come at once where the near origin takes 200/s',
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
        demand: { 'west-coast': step(0, 0, 400) },
        durations: SHORT_CONNECTIONS,
      },
    ],
    noise: ORDINARY_NOISE,
  },
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_500,
  tickSeconds: 1,
  disturbedAtSeconds: 0,
  settledFromSeconds: 900,
  targets: [excessAtMost(0.1), staysWithoutSwinging(0.5)],
};
