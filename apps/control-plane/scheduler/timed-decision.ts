import { type CycleInput, decide, type DecisionStage } from '#core/decide.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import type { TimedDecision } from './decider.js';

/** Decides, and takes the time of each stage. `isOver` as the solver's port says. */
export function decideTimed(input: CycleInput, solver: AssignmentSolver, isOver?: () => boolean): TimedDecision {
  const stageSeconds: Partial<Record<DecisionStage, number>> = {};
  const runStage = <T>(stage: DecisionStage, run: () => T): T => {
    const startedAtMs = performance.now();
    try {
      return run();
    } finally {
      stageSeconds[stage] = (performance.now() - startedAtMs) / 1_000;
    }
  };
  return { decision: decide(input, solver, { runStage, ...(isOver && { isOver }) }), stageSeconds };
}
