import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { constant, throughPoints } from '../world/demand-curve.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

/**
 * Europe's demand grows tenfold in half a minute, stays for a quarter of an hour, and goes in a minute. Its own origin
 * takes less than half of it. Look at the excess on the way up, and at how long users go far after it is over.
 */
export const flashCrowd: Scenario = {
  name: 'flash-crowd',
  title: 'Europe’s demand grows tenfold in 30 s, and goes again',
  world: threeContinents({
    europe: throughPoints([
      [60, 100],
      [90, 1_000],
      [900, 1_000],
      [960, 100],
    ]),
    america: constant(100),
    asia: constant(100),
    capacities: { eu: 400, us: 500, asia: 500 },
  }),
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 2_400,
  tickSeconds: 1,
  disturbedAtSeconds: 60,
  settledFromSeconds: 2_100,
  targets: [],
};
