import { ORDINARY_TELEMETRY } from '../control/telemetry.js';
import { excessAtMost, staysWithoutSwinging } from '../report/targets.js';
import { step } from '../world/demand-curve.js';
import { oneSite } from './one-site.js';
import type { Scenario } from './scenario.js';

/**
 * The founding experiment. One site of two edges, a near origin that takes 200 connections a second, a far one; after an
 * idle minute 400 a second come. Look at how long the near origin is beyond its capacity, and whether its load then
 * stays there.
 */
export const spill: Scenario = {
  name: 'spill',
  title: '400/s come at once where the near origin takes 200/s',
  world: oneSite(step(0, 0, 400)),
  events: [],
  telemetry: ORDINARY_TELEMETRY,
  warmUpSeconds: 60,
  durationSeconds: 1_500,
  tickSeconds: 1,
  disturbedAtSeconds: 0,
  settledFromSeconds: 900,
  targets: [excessAtMost(0.1), staysWithoutSwinging(0.5)],
};
