import type { CycleInput, Decision, DecisionStage } from '#core/decide.js';

/** A decision, and how long its stages took. */
export interface TimedDecision {
  readonly decision: Decision;
  readonly stageSeconds: Readonly<Partial<Record<DecisionStage, number>>>;
}

/** Where decisions are made: a worker thread, so that the event loop never waits for a solver. */
export interface Decider {
  /** Rejects when no decision comes within the deadline; the next call starts afresh. */
  decide(input: CycleInput): Promise<TimedDecision>;
  stop(): Promise<void>;
}
