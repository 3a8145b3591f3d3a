import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { constant } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS } from '../world/world-description.js';
import { PLACES } from './places.js';
import type { Scenario } from './scenario.js';
import { ORDINARY_NOISE } from './three-continents.js';

/**
 * London's edge is lost, anycast brings its users to Amsterdam, and with them they bring demand to the origin that
 * Amsterdam prefers, which cannot take it. The edge comes back later. Look at Frankfurt's load after each.
 */
export const edgeLoss: Scenario = {
  name: 'edge-loss',
  title: 'an edge is lost, and its users arrive at the neighbour',
  world: {
    regions: [
      { name: 'britain', location: PLACES.london },
      { name: 'netherlands', location: PLACES.amsterdam },
      { name: 'germany', location: PLACES.frankfurt },
      { name: 'us-east', location: PLACES.newYork },
    ],
    edges: [
      { name: 'ams', site: 'ams', location: PLACES.amsterdam },
      { name: 'fra', site: 'fra', location: PLACES.frankfurt },
      { name: 'lon', site: 'lon', location: PLACES.london },
      { name: 'nyc', site: 'nyc', location: PLACES.newYork },
    ],
    origins: [
      { name: 'dublin', location: PLACES.dublin, endpoints: 2, capacity: { rate: 250 } },
      { name: 'frankfurt', location: PLACES.frankfurt, endpoints: 2, capacity: { rate: 250 } },
      { name: 'ashburn', location: PLACES.ashburn, endpoints: 2, capacity: { rate: 500 } },
    ],
    loadBalancers: [
      {
        name: 'shop',
        origins: ['dublin', 'frankfurt', 'ashburn'],
        demand: {
          britain: constant(150),
          netherlands: constant(100),
          germany: constant(100),
          'us-east': constant(150),
        },
        durations: SHORT_CONNECTIONS,
      },
    ],
    noise: ORDINARY_NOISE,
  },
  events: [
    { atSeconds: 120, event: { part: 'world', kind: 'edge-lost', edge: 'lon' } },
    { atSeconds: 900, event: { part: 'world', kind: 'edge-back', edge: 'lon' } },
  ],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 2_100,
  tickSeconds: 1,
  disturbedAtSeconds: 120,
  settledFromSeconds: 1_800,
  targets: [],
};
