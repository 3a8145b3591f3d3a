import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { constant, step } from '../world/demand-curve.js';
import type { DurationClass } from '../world/world-description.js';
import { PLACES } from './places.js';
import type { Scenario } from './scenario.js';
import { ORDINARY_NOISE } from './three-continents.js';

const HOUR_SECONDS = 3_600;

/** Minutes to hours: 19 minutes on the mean, but two thirds of those open at any time are of the longest kind. */
const DURATIONS: readonly DurationClass[] = [
  { part: 0.6, meanSeconds: 120 },
  { part: 0.3, meanSeconds: 1_200 },
  { part: 0.1, meanSeconds: 7_200 },
];

/**
 * Connections that stay for minutes to hours, and origins that hold only so many open. After an hour Europe's demand
 * doubles. What is open stays where it is when shares move, so whoever reacts only when the origin is full is too late
 * for hours. Look at open connections, which climb long after the demand has.
 */
export const longLived: Scenario = {
  name: 'long-lived',
  title: 'connections last minutes to hours, and origins hold only so many',
  world: {
    regions: [
      { name: 'europe', location: PLACES.amsterdam },
      { name: 'america', location: PLACES.newYork },
    ],
    edges: [
      { name: 'ams', site: 'ams', location: PLACES.amsterdam },
      { name: 'nyc', site: 'nyc', location: PLACES.newYork },
    ],
    origins: [
      { name: 'eu', location: PLACES.frankfurt, endpoints: 2, capacity: { connections: 15_000 } },
      { name: 'us', location: PLACES.ashburn, endpoints: 2, capacity: { connections: 60_000 } },
    ],
    loadBalancers: [
      {
        name: 'chat',
        origins: ['eu', 'us'],
        demand: { europe: step(10, HOUR_SECONDS, 20), america: constant(10) },
        durations: DURATIONS,
      },
    ],
    noise: ORDINARY_NOISE,
  },
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 300,
  durationSeconds: 8 * HOUR_SECONDS,
  tickSeconds: 5,
  disturbedAtSeconds: HOUR_SECONDS,
  settledFromSeconds: 7 * HOUR_SECONDS,
  targets: [],
};
