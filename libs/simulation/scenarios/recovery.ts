import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { comesBackDamped } from '../report/targets.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

const BACK_AT_SECONDS = 300;

/**
 * The European origin dies, and comes back four minutes later: cold, and perhaps to die again. Look at its share after
 * that: it must grow by two points a cycle, which takes twelve and a half minutes.
 */
export const recovery: Scenario = {
  name: 'recovery',
  title: 'the European origin dies and comes back',
  world: threeContinents({ capacities: { eu: 500, us: 600, asia: 500 } }),
  events: [
    { atSeconds: 60, event: { part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: 0 } },
    { atSeconds: BACK_AT_SECONDS, event: { part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: 4 } },
  ],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_800,
  tickSeconds: 1,
  disturbedAtSeconds: BACK_AT_SECONDS,
  settledFromSeconds: 1_500,
  targets: [
    comesBackDamped({ loadBalancer: 'shop', edge: 'ams' }, 'eu', {
      fromSeconds: BACK_AT_SECONDS,
      maxShift: 0.02,
      before: 1,
    }),
  ],
};
