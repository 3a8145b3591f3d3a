import { type CycleInput, decide, type Decision } from '../decide.js';
import type { Plan } from '../plan/plan.js';
import type { AssignmentSolver } from '../ports/assignment-solver.js';
import { differencesBetween } from './differences-between.js';

/** A cycle decided once more, beside what it decided then. */
export interface Replay {
  readonly decision: Decision;
  /** The plan is the stored one, byte for byte. */
  readonly isIdentical: boolean;
  /** The first differences, each told by its JSON Pointer; empty when the plans are identical. */
  readonly differences: readonly string[];
}

/** More differences than this are only counted. */
const MOST_DIFFERENCES = 20;

/**
 * Decides a stored cycle's input again and compares the plans as JSON. Differences mean another version of Weir, another
 * solver, a decision that was cut short or never came, or a defect.
 */
export function replayCycle(
  stored: { readonly input: CycleInput; readonly plan: Plan | null },
  solver: AssignmentSolver,
): Replay {
  const decision = decide(stored.input, solver);
  const [before, now] = [JSON.stringify(stored.plan), JSON.stringify(decision.state.plan)];
  if (before === now) return { decision, isIdentical: true, differences: [] };
  const differences = differencesBetween(JSON.parse(before), JSON.parse(now));
  const rest = differences.length - MOST_DIFFERENCES;
  const told = [...differences.slice(0, MOST_DIFFERENCES), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return { decision, isIdentical: false, differences: told };
}
