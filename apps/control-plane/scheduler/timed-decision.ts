import { type CycleInput, decide, type DecisionStage } from '#core/decide.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import type { TimedDecision } from './decider.js';

/** Decides, and takes the time of each stage. */
export function decideTimed(input: CycleInput, solver: AssignmentSolver): TimedDecision {
  const stageSeconds: Partial<Record<DecisionStage, number>> = {};
  const decision = decide(input, solver, (stage, run) => {
    const startedAtMs = performance.now();
    try {
      return run();
    } finally {
      stageSeconds[stage] = (performance.now() - startedAtMs) / 1_000;
    }
  });
  return { decision, stageSeconds };
}
