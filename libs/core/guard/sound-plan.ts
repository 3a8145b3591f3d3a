import type { Estimate } from '../estimate/estimate.js';
import type { Formulation } from '../formulate/formulate.js';
import type { Configuration } from '../model/configuration.js';
import { assemblePairs, PairAssembly } from '../plan/assemble-pairs.js';
import { ExpectedLoads, limitOutlooks, noticesOf, originOutlooks } from '../plan/outlook.js';
import type { Notice, PairPlan, Plan } from '../plan/plan.js';
import { type Solution, SolverFailure } from '../ports/assignment-solver.js';
import type { SchedulerSettings } from '../settings.js';
import { guardPlan, type InvariantBreach } from './guard-plan.js';

/**
 * `planned`: every pair has the shares decided in this cycle. `partly-kept`: for `pairs` of them no sound decision could be
 * had, and their last good shares stay. `kept`: so for all of them; `decision-failed` means no answer came at all.
 */
export type Outcome = { readonly kind: 'planned' } | PartlyKeptOutcome | KeptOutcome;

interface PartlyKeptOutcome {
  readonly kind: 'partly-kept';
  readonly cause: 'solver-failure' | 'invariant-broken';
  readonly pairs: number;
  readonly details: readonly string[];
}

interface KeptOutcome {
  readonly kind: 'kept';
  readonly cause: 'solver-failure' | 'invariant-broken' | 'decision-failed';
  readonly details: readonly string[];
}

/** What the plan is made from beside the answer of the solver. */
interface Basis {
  readonly configuration: Configuration;
  readonly previous: { readonly plan: Plan | null };
  readonly settings: SchedulerSettings;
}

/** Pairs whose last shares were kept, and why. */
interface Keeping {
  readonly cause: PartlyKeptOutcome['cause'];
  readonly pairs: number;
  readonly details: readonly string[];
}

/** More than this is for the log of whoever searches a bug. */
const MOST_DETAILS = 20;

/**
 * The plan to put in force: what was decided, as far as the guard finds it sound. Where it does not, or the solver gave no
 * answer, the pair's last good shares stay; and all of the last plan where not even that is sound.
 */
export function soundPlan(
  basis: Basis,
  estimate: Estimate,
  formulation: Formulation,
  answer: Solution | SolverFailure,
): { readonly outcome: Outcome; readonly plan: Plan | null } {
  const { configuration, previous, settings } = basis;
  const solution = answer instanceof SolverFailure ? null : answer;
  const unsolved = solverKeeping(formulation, answer);
  const pairs = assemblePairs(estimate, formulation, solution, settings.deadband);
  const plan = assemblePlan(estimate, formulation, solution, pairs, unsolved);
  const breaches = guardPlan(plan, configuration, estimate, previous.plan);
  if (breaches.length === 0) return { outcome: outcomeOf(unsolved, formulation), plan };

  const keeping = breachKeeping(breaches, unsolved);
  const mendedPairs = keepBreached(new PairAssembly(estimate), formulation, pairs, breaches);
  const mended = assemblePlan(estimate, formulation, solution, mendedPairs, keeping);
  if (guardPlan(mended, configuration, estimate, previous.plan).length === 0) {
    return { outcome: outcomeOf(keeping, formulation), plan: mended };
  }
  return { outcome: { kind: 'kept', cause: 'invariant-broken', details: keeping.details }, plan: previous.plan };
}

function assemblePlan(
  estimate: Estimate,
  formulation: Formulation,
  solution: Solution | null,
  pairs: readonly PairPlan[],
  keeping: Keeping | null,
): Plan {
  const loads = new ExpectedLoads(pairs);
  const prices = solution?.prices ?? null;
  const origins = originOutlooks(estimate, formulation, prices, loads);
  const kept: readonly Notice[] =
    keeping === null ? [] : [{ code: 'kept', pairs: keeping.pairs, details: keeping.details }];
  return {
    decidedAtMs: estimate.takenAtMs,
    pairs,
    origins,
    limits: limitOutlooks(formulation, prices, loads),
    notices: [...kept, ...noticesOf(estimate, formulation, solution, origins)],
  };
}

function keepBreached(
  assembly: PairAssembly,
  formulation: Formulation,
  pairs: readonly PairPlan[],
  breaches: readonly InvariantBreach[],
): readonly PairPlan[] {
  const breached = new Set(breaches.map(({ pair }) => pair));
  return pairs.map((pair, index) => {
    const formulated = formulation.pairs[index];
    return breached.has(index) && formulated !== undefined ? assembly.keep(formulated) : pair;
  });
}

function solverKeeping({ problem }: Formulation, answer: Solution | SolverFailure): Keeping | null {
  if (answer instanceof SolverFailure) {
    return { cause: 'solver-failure', pairs: problem.pairs.length, details: [answer.message] };
  }
  if (answer.failures.length === 0) return null;
  return {
    cause: 'solver-failure',
    pairs: answer.failures.reduce((sum, { pairs }) => sum + pairs.length, 0),
    details: [...new Set(answer.failures.map(({ failure }) => failure.message))].slice(0, MOST_DETAILS),
  };
}

function breachKeeping(breaches: readonly InvariantBreach[], unsolved: Keeping | null): Keeping {
  const details = breaches.slice(0, MOST_DETAILS).map(({ invariant, detail }) => `${invariant}: ${detail}`);
  return {
    cause: 'invariant-broken',
    pairs: new Set(breaches.map(({ pair }) => pair)).size + (unsolved?.pairs ?? 0),
    details: [...details, ...(unsolved?.details ?? [])],
  };
}

function outcomeOf(keeping: Keeping | null, { problem }: Formulation): Outcome {
  if (keeping === null) return { kind: 'planned' };
  const { cause, details } = keeping;
  return keeping.pairs >= problem.pairs.length ? { kind: 'kept', cause, details } : { kind: 'partly-kept', ...keeping };
}
