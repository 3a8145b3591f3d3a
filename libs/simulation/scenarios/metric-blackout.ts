import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { holdsStill } from '../report/targets.js';
import { step } from '../world/demand-curve.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

const LOST_AT_SECONDS = 300;
const BACK_AT_SECONDS = 600;

/**
 * No report arrives for five minutes, and nobody sees that Europe's demand grows by a fifth meanwhile. Look at the shares
 * during the blackout: what is not known must move nothing.
 */
export const metricBlackout: Scenario = {
  name: 'metric-blackout',
  title: 'no report arrives for five minutes',
  world: threeContinents({ europe: step(500, 400, 600), capacities: { eu: 400, us: 600, asia: 600 } }),
  events: [
    { atSeconds: LOST_AT_SECONDS, event: { part: 'control-plane', kind: 'telemetry-lost' } },
    { atSeconds: BACK_AT_SECONDS, event: { part: 'control-plane', kind: 'telemetry-back' } },
  ],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_500,
  tickSeconds: 1,
  disturbedAtSeconds: BACK_AT_SECONDS,
  settledFromSeconds: 1_000,
  // The cycle at the first instant still decides from what was reported just before.
  targets: [holdsStill('the blackout', LOST_AT_SECONDS + 1, BACK_AT_SECONDS)],
};
