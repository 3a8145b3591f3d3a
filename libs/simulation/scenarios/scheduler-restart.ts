import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { holdsStill } from '../report/targets.js';
import { constant } from '../world/demand-curve.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

const STOPS_AT_SECONDS = 305;
const STARTS_AT_SECONDS = 365;

/** Its timer starts with it; by its second cycle it has a whole window of reports again. */
const TWO_CYCLES_SECONDS = 30;

/**
 * The scheduler is away for a minute and comes back with nothing but the state it stored; edges keep their weights. Europe's
 * origin is full all the while. Look at the shares: nobody has a reason to move any.
 */
export const schedulerRestart: Scenario = {
  name: 'scheduler-restart',
  title: 'the scheduler is away for a minute',
  world: threeContinents({ europe: constant(500), capacities: { eu: 400, us: 600, asia: 600 } }),
  events: [
    { atSeconds: STOPS_AT_SECONDS, event: { part: 'control-plane', kind: 'scheduler-stops' } },
    { atSeconds: STARTS_AT_SECONDS, event: { part: 'control-plane', kind: 'scheduler-starts' } },
  ],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_200,
  tickSeconds: 1,
  disturbedAtSeconds: STOPS_AT_SECONDS,
  settledFromSeconds: 600,
  targets: [holdsStill('the restart', STOPS_AT_SECONDS, STARTS_AT_SECONDS + TWO_CYCLES_SECONDS)],
};
