import type { ArcEstimate, Estimate } from '../estimate/estimate.js';
import type { FormulatedPair, Formulation } from '../formulate/formulate.js';
import { isProvisional, type Standing } from '../formulate/standing.js';
import type { OriginName } from '../model/name.js';
import type { Solution } from '../ports/assignment-solver.js';
import { withoutSmallMoves } from './deadband.js';
import { keepShares } from './keep-shares.js';
import type { PairPlan, ShareDecision, ShareReason } from './plan.js';
import { SHARE_EPSILON, tidyShares } from './tidy-shares.js';

/** Turns a solution into the shares of the cycle, and the reason of each. One for each pair of the formulation. */
export function assemblePairs(
  estimate: Estimate,
  formulation: Formulation,
  solution: Solution | null,
  deadband: number,
): readonly PairPlan[] {
  const assembly = new PairAssembly(estimate);
  const failed = failedPairs(formulation, solution);
  const solved = formulation.pairs.map((pair) => tidyShares(solvedShares(pair, solution)));
  const shares = withoutSmallMoves(formulation, solved, deadband);
  return formulation.pairs.map((pair, index) =>
    pair.pair !== null && failed.has(pair.pair) ? assembly.keep(pair) : assembly.decide(pair, shares[index] ?? []),
  );
}

/** The largest share of a pair takes what rounding left of all others. */
const ROUNDING = 20 * SHARE_EPSILON;

/** Builds the plan of single pairs. */
export class PairAssembly {
  readonly #wholeRates: ReadonlyMap<OriginName, number | null>;

  constructor(estimate: Estimate) {
    this.#wholeRates = new Map(estimate.origins.map(({ origin, wholeRate }) => [origin, wholeRate]));
  }

  decide(pair: FormulatedPair, shares: readonly number[]): PairPlan {
    const { standing } = pair;
    return pairPlan(pair, shares, (arc, shift) => reasonOf(arc, shift, standing));
  }

  /** For a pair without a sound decision. What operators set needs none. */
  keep(pair: FormulatedPair): PairPlan {
    const { estimate, standing } = pair;
    const { kind } = standing;
    return pairPlan(pair, keepShares(estimate, standing, this.#wholeRates), (arc) => {
      if (kind === 'unserved' || kind === 'fail-open') return kind;
      if (arc.eligibility !== 'eligible') return 'ineligible';
      return kind === 'manual' ? kind : 'kept';
    });
  }
}

function failedPairs({ problem }: Formulation, solution: Solution | null): ReadonlySet<number> {
  if (solution === null) return new Set(problem.pairs.keys());
  return new Set(solution.failures.flatMap(({ pairs }) => pairs));
}

function solvedShares({ arcs }: FormulatedPair, solution: Solution | null): readonly number[] {
  return arcs.map((arc) => (arc === null ? 0 : (solution?.shares[arc] ?? Number.NaN)));
}

function pairPlan(
  { estimate, standing }: FormulatedPair,
  shares: readonly number[],
  reason: (arc: ArcEstimate, shift: number) => ShareReason,
): PairPlan {
  return {
    loadBalancer: estimate.loadBalancer,
    edge: estimate.edge,
    demand: estimate.demand,
    // Only a pair's first decision can be: an unmeasured origin that joins later must not loosen what was measured.
    isProvisional: standing.kind === 'initial' ? isProvisional(estimate) : standing.wasProvisional,
    shares: estimate.arcs.map((arc, index): ShareDecision => {
      const share = shares[index] ?? 0;
      const previousShare = standing.previous === null ? null : (standing.previous[index] ?? 0);
      return {
        origin: arc.origin,
        share,
        previousShare,
        reason: reason(arc, share - (previousShare ?? 0)),
        rttMs: arc.rttMs,
      };
    }),
  };
}

function reasonOf(arc: ArcEstimate, shift: number, standing: Standing): ShareReason {
  const { kind, displaced, step } = standing;
  if (kind === 'unserved' || kind === 'fail-open') return kind;
  if (arc.eligibility !== 'eligible') return 'ineligible';
  if (kind === 'initial' || kind === 'manual') return kind;
  if (Math.abs(shift) < SHARE_EPSILON) return kind === 'steady' ? 'held' : kind;
  if (displaced > 0 && shift > 0) return 'ineligible';
  return Math.abs(shift) > step + ROUNDING ? 'overload' : 'damped';
}
