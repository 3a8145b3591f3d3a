import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { avoidsAvoidableOverload, latencyWithin } from '../report/targets.js';
import { diurnal as dayAt } from '../world/demand-curve.js';
import { SHORT_CONNECTIONS } from '../world/world-description.js';
import { PLACES } from './places.js';
import type { Scenario } from './scenario.js';

const HOUR_SECONDS = 3_600;
const MEAN_PER_SECOND = 300;
const SWING = 0.7;

const day = ({ longitude }: { readonly longitude: number }): ReturnType<typeof dayAt> =>
  dayAt(MEAN_PER_SECOND, SWING, longitude);

/**
 * A day on three continents. In the evening each has more users than its origins take, and spills over to where it is
 * still afternoon. Look at mean latency beside the optimum's, and at overload while demand climbs.
 */
export const diurnal: Scenario = {
  name: 'diurnal',
  title: 'a day on three continents, each too busy in its evening',
  world: {
    regions: [
      { name: 'britain', location: PLACES.london },
      { name: 'germany', location: PLACES.frankfurt },
      { name: 'us-east', location: PLACES.newYork },
      { name: 'us-west', location: PLACES.losAngeles },
      { name: 'japan', location: PLACES.tokyo },
      { name: 'south-asia', location: PLACES.singapore },
    ],
    edges: [
      { name: 'fra', site: 'fra', location: PLACES.frankfurt },
      { name: 'lax', site: 'lax', location: PLACES.losAngeles },
      { name: 'lon', site: 'lon', location: PLACES.london },
      { name: 'nyc', site: 'nyc', location: PLACES.newYork },
      { name: 'sin', site: 'sin', location: PLACES.singapore },
      { name: 'tyo', site: 'tyo', location: PLACES.tokyo },
    ],
    origins: [
      { name: 'asia', location: PLACES.tokyo, endpoints: 2, capacity: { rate: 700 } },
      { name: 'eu', location: PLACES.frankfurt, endpoints: 2, capacity: { rate: 700 } },
      { name: 'us-east', location: PLACES.ashburn, endpoints: 2, capacity: { rate: 600 } },
      { name: 'us-west', location: PLACES.portland, endpoints: 2, capacity: { rate: 450 } },
    ],
    loadBalancers: [
      {
        name: 'shop',
        origins: ['asia', 'eu', 'us-east', 'us-west'],
        demand: {
          britain: day(PLACES.london),
          germany: day(PLACES.frankfurt),
          'us-east': day(PLACES.newYork),
          'us-west': day(PLACES.losAngeles),
          japan: day(PLACES.tokyo),
          'south-asia': day(PLACES.singapore),
        },
        durations: SHORT_CONNECTIONS,
      },
    ],
    noise: { demand: [{ fraction: 0.02, everySeconds: 5 }] },
  },
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 24 * HOUR_SECONDS,
  tickSeconds: 5,
  disturbedAtSeconds: 0,
  settledFromSeconds: 23 * HOUR_SECONDS,
  targets: [latencyWithin(1.02), avoidsAvoidableOverload],
};
