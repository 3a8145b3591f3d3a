import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { constant, step } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS } from '../world/world-description.js';
import { PLACES } from './places.js';
import type { Scenario } from './scenario.js';
import { ORDINARY_NOISE } from './three-continents.js';

/**
 * Two load balancers use one origin, and the demand of one of them grows until both together are too much for it. Look at
 * who gives way: whoever loses least by going elsewhere, not whoever comes first in the alphabet.
 */
export const sharedOrigin: Scenario = {
  name: 'shared-origin',
  title: 'two load balancers contend for one origin',
  world: {
    regions: [
      { name: 'germany', location: PLACES.frankfurt },
      { name: 'britain', location: PLACES.london },
    ],
    edges: [
      { name: 'fra', site: 'fra', location: PLACES.frankfurt },
      { name: 'lon', site: 'lon', location: PLACES.london },
    ],
    origins: [
      { name: 'eu', location: PLACES.frankfurt, endpoints: 2, capacity: { rate: 400 } },
      { name: 'us', location: PLACES.ashburn, endpoints: 2, capacity: { rate: 800 } },
    ],
    loadBalancers: [
      { name: 'api', origins: ['eu', 'us'], demand: { germany: step(150, 60, 400) }, durations: SHORT_CONNECTIONS },
      { name: 'shop', origins: ['eu', 'us'], demand: { britain: constant(150) }, durations: SHORT_CONNECTIONS },
    ],
    noise: ORDINARY_NOISE,
  },
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_800,
  tickSeconds: 1,
  disturbedAtSeconds: 60,
  settledFromSeconds: 1_200,
  targets: [],
};
