import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { constant } from '../world/demand-curve.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

/**
 * Two of the European origin's four servers die while it is well used. It still answers, so no share has to leave for
 * health's sake: only capacity says so. Look at how long the two that are left carry what four did.
 */
export const halfCapacity: Scenario = {
  name: 'half-capacity',
  title: 'half of the European origin’s servers die',
  world: threeContinents({ europe: constant(400), capacities: { eu: 500, us: 500, asia: 500 } }),
  events: [{ atSeconds: 120, event: { part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: 2 } }],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_500,
  tickSeconds: 1,
  disturbedAtSeconds: 120,
  settledFromSeconds: 900,
  targets: [],
};
