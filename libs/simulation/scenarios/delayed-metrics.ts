import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { step } from '../world/demand-curve.js';
import type { Scenario } from './scenario.js';
import { threeContinents } from './three-continents.js';

/**
 * Every report takes a minute, and does not say so; then Europe's demand trebles. Whoever steers by what is a minute old
 * sees nothing of its own last four moves. Look at swings.
 */
export const delayedMetrics: Scenario = {
  name: 'delayed-metrics',
  title: 'Europe’s demand trebles, and every report is a minute late',
  world: threeContinents({ europe: step(200, 60, 600), capacities: { eu: 400, us: 600, asia: 600 } }),
  events: [],
  telemetry: { ...ORDINARY_TELEMETRY, delaySeconds: 60 },
  warmUpSeconds: 180,
  durationSeconds: 2_400,
  tickSeconds: 1,
  disturbedAtSeconds: 60,
  settledFromSeconds: 1_500,
  targets: [],
};
