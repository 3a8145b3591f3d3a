import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

/**
 * The European origin dies. The others together take all users, but no single one does on top of its own. Look at the
 * connections that fail until probes notice, and at whether the origin that gets the users is overloaded then.
 */
export const originLoss: Scenario = {
  name: 'origin-loss',
  title: 'the European origin dies',
  world: threeContinents({ capacities: { eu: 500, us: 400, asia: 500 } }),
  events: [{ atSeconds: 120, event: { part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: 0 } }],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_500,
  tickSeconds: 1,
  disturbedAtSeconds: 120,
  settledFromSeconds: 900,
  targets: [],
};
