import { EMPTY_MEMORY, type Estimate, type EstimateMemory } from './estimate/estimate.js';
import { estimateObservation } from './estimate/estimate-observation.js';
import { formulate } from './formulate/formulate.js';
import type { Problem } from './formulate/problem.js';
import { guardPlan } from './guard/guard-plan.js';
import type { Configuration } from './model/configuration.js';
import type { Observation } from './observe/observation.js';
import { assemblePlan } from './plan/assemble-plan.js';
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
}

/** `kept`: something went wrong, and the last good plan stays in force. `decision-failed`: no answer came at all. */
export type Outcome = { readonly kind: 'planned' } | KeptOutcome;

interface KeptOutcome {
  readonly kind: 'kept';
  readonly cause: 'solver-failure' | 'invariant-broken' | 'decision-failed';
  readonly details: readonly string[];
}

/** The stages of `decide`, in their order. */
export type DecisionStage = 'estimate' | 'formulate' | 'solve' | 'guard' | 'quantise';

/** Wraps each stage as it runs, to time it. Must call `run` once and answer what it answers. */
export type StageRunner = <T>(stage: DecisionStage, run: () => T) => T;

/** One cycle's decision: from what was observed to the weights of every endpoint on every edge. Pure. */
export function decide(
  input: CycleInput,
  solver: AssignmentSolver,
  runStage: StageRunner = (_stage, run) => run(),
): Decision {
  const { configuration, observation, previous, settings } = input;
  const estimate = runStage('estimate', () =>
    estimateObservation(configuration, observation, previous.memory, settings),
  );
  const { outcome, plan } = planOrKeep(input, estimate, solver, runStage);
  const weights = plan === null ? [] : runStage('quantise', () => quantisePlan(configuration, plan));
  return { outcome, state: { plan, memory: estimate.memory }, weights };
}

/** A new plan if a sound one can be had, else the last one. */
function planOrKeep(
  { configuration, previous, settings }: CycleInput,
  estimate: Estimate,
  solver: AssignmentSolver,
  runStage: StageRunner,
): { readonly outcome: Outcome; readonly plan: Plan | null } {
  const formulation = runStage('formulate', () => formulate(configuration, estimate, previous.plan, settings));
  const solution = runStage('solve', () => solveOrFail(solver, formulation.problem));
  if (solution instanceof SolverFailure) return keep(previous, 'solver-failure', [solution.message]);
  return runStage('guard', () => {
    const plan = assemblePlan(estimate, formulation, solution);
    const breaches = guardPlan(plan, configuration, estimate, previous.plan);
    if (breaches.length === 0) return { outcome: { kind: 'planned' }, plan };
    return keep(
      previous,
      'invariant-broken',
      breaches.map((breach) => `${breach.invariant}: ${breach.detail}`),
    );
  });
}

function keep(
  previous: CycleState,
  cause: KeptOutcome['cause'],
  details: readonly string[],
): { outcome: Outcome; plan: Plan | null } {
  return { outcome: { kind: 'kept', cause, details }, plan: previous.plan };
}

function solveOrFail(solver: AssignmentSolver, problem: Problem): Solution | SolverFailure {
  try {
    return solver.solve(problem);
  } catch (failure) {
    if (failure instanceof SolverFailure) return failure;
    throw failure;
  }
}
