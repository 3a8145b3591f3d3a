import { DEMAND_PER_SECOND, isAtCapacity, TOLERANCE } from './scenario.js';

/**
 * Where the run stands.
 *
 * - `idle`: no load yet.
 * - `draw-down`: the near origin has more than it can take and is being relieved.
 * - `hold`: its load has come down to its capacity once.
 * - `outage`: the near origin is down.
 * - `refill`: it is back.
 */
export type Phase = 'idle' | 'draw-down' | 'hold' | 'outage' | 'refill';

export interface PhaseSigns {
  readonly isNearUp: boolean;
  /** Measured over the last cycle, in connections per second. */
  readonly demandPerSecond: number;
  readonly nearPerSecond: number;
}

/** The phase after one more cycle. */
export function nextPhase(phase: Phase, signs: PhaseSigns): Phase {
  if (!signs.isNearUp) return 'outage';
  if (phase === 'outage' || phase === 'refill') return 'refill';
  if (phase === 'hold') return 'hold';
  if (signs.demandPerSecond === 0) return 'idle';
  return isSettled(signs) ? 'hold' : 'draw-down';
}

/** The cycle in which the load begins may see half of it, and with that a near origin that looks well filled. */
function isSettled({ demandPerSecond, nearPerSecond }: PhaseSigns): boolean {
  return demandPerSecond >= DEMAND_PER_SECOND * (1 - TOLERANCE) && isAtCapacity(nearPerSecond);
}
