import { EMPTY_MEMORY, type EstimateMemory } from './estimate/estimate.js';
import { estimateObservation } from './estimate/estimate-observation.js';
import { type Formulation, formulate } from './formulate/formulate.js';
import { type Outcome, soundPlan } from './guard/sound-plan.js';
import type { Configuration } from './model/configuration.js';
import type { Observation } from './observe/observation.js';
import type { Plan } from './plan/plan.js';
import { type AssignmentSolver, type Solution, SolverFailure } from './ports/assignment-solver.js';
import { type PairWeights, quantisePlan } from './quantise/quantise-plan.js';
import type { SchedulerSettings } from './settings.js';

/** All a cycle decides from. Plain data: stored as JSON and decided again, it gives the same decision, byte for byte. */
export interface CycleInput {
  readonly configuration: Configuration;
  readonly observation: Observation;
  readonly previous: CycleState;
  readonly settings: SchedulerSettings;
  /** A cycle between two ordinary ones: it protects, by the exemptions from damping, and makes no ordinary move. */
  readonly isUrgent: boolean;
}

/** What one cycle leaves to the next. */
export interface CycleState {
  readonly plan: Plan | null;
  readonly memory: EstimateMemory;
}

export const INITIAL_CYCLE_STATE: CycleState = { plan: null, memory: EMPTY_MEMORY };

export interface Decision {
  readonly outcome: Outcome;
  /** The state for the next cycle; its plan is the one in force. */
  readonly state: CycleState;
  readonly weights: readonly PairWeights[];
  /** How many independent parts of the problem one solver failed on and another solved. */
  readonly solverRescues: number;
}

/** The stages of `decide`, in their order. */
export type DecisionStage = 'estimate' | 'formulate' | 'solve' | 'guard' | 'quantise';

/** Wraps each stage as it runs, to time it. Must call `run` once and answer what it answers. */
export type StageRunner = <T>(stage: DecisionStage, run: () => T) => T;

/** How to run a decision. Neither changes what a decision made in time comes to. */
export interface DecideOptions {
  readonly runStage?: StageRunner;
  /** Says when the solver must come to an end; never, when left out. */
  readonly isOver?: () => boolean;
}

/** One cycle's decision: from what was observed to the weights of every endpoint on every edge. Pure. */
export function decide(input: CycleInput, solver: AssignmentSolver, options: DecideOptions = {}): Decision {
  const { configuration, observation, previous, settings, isUrgent } = input;
  const { runStage = (_stage, run) => run(), isOver } = options;
  const estimate = runStage('estimate', () =>
    estimateObservation(configuration, observation, previous.memory, settings, isUrgent),
  );
  const formulation = runStage('formulate', () =>
    formulate(configuration, estimate, previous.plan, settings, isUrgent),
  );
  const solution = runStage('solve', () => solveOrFail(solver, formulation, isOver));
  const { outcome, plan } = runStage('guard', () => soundPlan(input, estimate, formulation, solution));
  const weights = plan === null ? [] : runStage('quantise', () => quantisePlan(configuration, plan));
  const solverRescues = solution instanceof SolverFailure ? 0 : solution.rescues;
  return { outcome, state: { plan, memory: estimate.memory }, weights, solverRescues };
}

function solveOrFail(
  solver: AssignmentSolver,
  { problem }: Formulation,
  isOver?: () => boolean,
): Solution | SolverFailure {
  try {
    return solver.solve(problem, isOver);
  } catch (failure) {
    if (failure instanceof SolverFailure) return failure;
    throw failure;
  }
}
