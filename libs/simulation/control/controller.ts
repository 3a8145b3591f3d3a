import type { PolicyDecision } from '../policies/policy.js';
import type { ControlEvent } from './control-event.js';

export const CYCLE_SECONDS = 15;

/** When a controller's first cycle is, and how long ticks are. */
export interface Timing {
  readonly startSeconds: number;
  readonly tickSeconds: number;
}

/** What steers the world. */
export interface Controller {
  /** Called before each tick of the world. */
  beforeTick(timeSeconds: number): void;
  /** Called after it, with the time at which it ended. */
  afterTick(timeSeconds: number): void;
  apply(event: ControlEvent): void;
  /** Something happened to the world: only who knows everything may act on it. */
  worldChanged(): void;
}

/** One cycle that ran. */
export interface Cycle {
  readonly timeSeconds: number;
  readonly isUrgent: boolean;
  readonly decision: PolicyDecision;
}

export type CycleListener = (cycle: Cycle) => void;
