/** How the scheduler judges; the same for every load balancer. Times in ms, fractions in 0..1. */
export interface SchedulerSettings {
  /** One cycle. */
  readonly cycleMs: number;
  /** A figure older than this many cycles is stale. */
  readonly staleAfterCycles: number;
  /** The last known demand of an edge that fell silent counts for this many cycles more. */
  readonly demandMemoryCycles: number;
  /** An edge that was heard of within this time and is stale now counts as silent. */
  readonly edgeMemoryMs: number;
  /** Part of the way demand moves in one cycle towards a measurement clearly above it, and clearly below it. */
  readonly demandRise: number;
  readonly demandFall: number;
  /** What moving one connection must at least save, in ms. */
  readonly inertiaMs: number;
  /** Price of filling an origin from its target utilisation to its capacity, in ms. */
  readonly aboveTargetCostMs: number;
  /** Moves of a pair that are all smaller than this, as a fraction, are not made unless a limit asks for them. */
  readonly deadband: number;
}

export const DEFAULT_SCHEDULER_SETTINGS: SchedulerSettings = {
  cycleMs: 15_000,
  staleAfterCycles: 3,
  demandMemoryCycles: 20,
  edgeMemoryMs: 3_600_000,
  demandRise: 0.8,
  demandFall: 0.4,
  inertiaMs: 2,
  aboveTargetCostMs: 10,
  deadband: 0.005,
};
