import type { CycleInput, Decision, DecisionStage } from '#core/decide.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';

/** A decision, and how long its stages took. */
export interface TimedDecision {
  readonly decision: Decision;
  readonly stageSeconds: Readonly<Partial<Record<DecisionStage, number>>>;
  /** For the history; left out by a decider that writes none. */
  readonly archive?: CycleArchive | undefined;
}

/** Where decisions are made: a worker thread, so that the event loop never waits for a solver. One at a time. */
export interface Decider {
  /** Rejects when no decision comes within the deadline; the next call starts afresh. */
  decide(input: CycleInput): Promise<TimedDecision>;
  stop(): Promise<void>;
}
