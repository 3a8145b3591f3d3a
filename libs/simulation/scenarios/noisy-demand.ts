import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { staysWithin } from '../report/targets.js';
import { constant } from '../world/demand-curve.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

/**
 * Demand that means nothing: level, but 20 % up or down anew every second, and another 20 % anew every cycle, which rates
 * over two cycles hardly smooth. Europe's origin is full. Look at how still the shares are.
 */
export const noisyDemand: Scenario = {
  name: 'noisy-demand',
  title: 'level demand with 20 % noise by the second and by the cycle',
  world: threeContinents({
    europe: constant(500),
    capacities: { eu: 400, us: 600, asia: 600 },
    noise: {
      demand: [
        { fraction: 0.2, everySeconds: 1 },
        { fraction: 0.2, everySeconds: 15 },
      ],
    },
  }),
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 2_400,
  tickSeconds: 1,
  disturbedAtSeconds: 0,
  settledFromSeconds: 900,
  targets: [staysWithin(0.5)],
};
