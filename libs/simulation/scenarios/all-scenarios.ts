import { delayedMetrics } from './delayed-metrics.js';
import { diurnal } from './diurnal.js';
import { edgeLoss } from './edge-loss.js';
import { flashCrowd } from './flash-crowd.js';
import { halfCapacity } from './half-capacity.js';
import { longLived } from './long-lived.js';
import { metricBlackout } from './metric-blackout.js';
import { noisyDemand } from './noisy-demand.js';
import { noisyLatency } from './noisy-latency.js';
import { originLoss } from './origin-loss.js';
import { recovery } from './recovery.js';
import type { Scenario } from './scenario.js';
import { schedulerRestart } from './scheduler-restart.js';
import { sharedOrigin } from './shared-origin.js';
import { spill } from './spill.js';

/** In the order in which they are told. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  spill,
  flashCrowd,
  originLoss,
  halfCapacity,
  recovery,
  diurnal,
  noisyDemand,
  noisyLatency,
  delayedMetrics,
  metricBlackout,
  edgeLoss,
  longLived,
  sharedOrigin,
  schedulerRestart,
];
