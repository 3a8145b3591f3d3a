import type { ArcEstimate, Estimate } from '../estimate/estimate.js';
import type { FormulatedPair, Formulation } from '../formulate/formulate.js';
import { isProvisional, type Standing } from '../formulate/standing.js';
import type { OriginName } from '../model/name.js';
import type { Solution } from '../ports/assignment-solver.js';
import type { Notice, OriginOutlook, PairPlan, Plan, ShareDecision, ShareReason } from './plan.js';

/** Shares are told to a millionth; what is finer is the solver's rounding. */
const SHARE_DIGITS = 6;
const SHARE_EPSILON = 10 ** -SHARE_DIGITS;

/** More than rounding can leave is an error of the solver: for the guard to find, not for us to hide. */
const MOST_DUST = 1e-4;

/** An origin filled to the brim is full, not overloaded. */
const OVERLOAD_TOLERANCE = 1.001;

/** Turns a solution into the plan of the cycle: clean shares, the reason of each, and what they mean for the origins. */
export function assemblePlan(estimate: Estimate, formulation: Formulation, solution: Solution): Plan {
  const pairs = formulation.pairs.map((pair) => assemblePair(pair, solution));
  const origins = originOutlooks(estimate, pairs);
  return { decidedAtMs: estimate.takenAtMs, pairs, origins, notices: noticesOf(estimate, formulation, origins) };
}

function assemblePair(pair: FormulatedPair, solution: Solution): PairPlan {
  const { estimate, standing } = pair;
  const shares = tidyShares(pair.arcs.map((arc) => (arc === null ? 0 : (solution.shares[arc] ?? Number.NaN))));
  return {
    loadBalancer: estimate.loadBalancer,
    edge: estimate.edge,
    demand: estimate.demand,
    // Only a pair's first decision can be: an unmeasured origin that joins later must not loosen what was measured.
    isProvisional: standing.kind === 'initial' ? isProvisional(estimate) : standing.wasProvisional,
    shares: estimate.arcs.map((arc, index) => decideShare(arc, shares[index] ?? 0, standing)),
  };
}

/** Rounds the shares, and gives the largest what rounding left, so that they sum to 1 again. */
function tidyShares(shares: readonly number[]): readonly number[] {
  const rounded = shares.map((share) => Number(Math.max(0, share).toFixed(SHARE_DIGITS)));
  const sum = rounded.reduce((total, share) => total + share, 0);
  if (!(Math.abs(1 - sum) <= MOST_DUST)) return rounded;
  const largest = rounded.indexOf(Math.max(...rounded));
  return rounded.map((share, index) => (index === largest ? Number((share + 1 - sum).toFixed(SHARE_DIGITS)) : share));
}

function decideShare(arc: ArcEstimate, share: number, standing: Standing): ShareDecision {
  const previousShare = standing.previous === null ? null : (standing.previous.get(arc.origin) ?? 0);
  return { origin: arc.origin, share, previousShare, reason: reasonOf(arc, share - (previousShare ?? 0), standing) };
}

function reasonOf(arc: ArcEstimate, shift: number, standing: Standing): ShareReason {
  if (standing.kind === 'unserved' || standing.kind === 'fail-open') return standing.kind;
  if (arc.eligibility !== 'eligible') return 'ineligible';
  if (standing.kind === 'initial') return 'initial';
  if (Math.abs(shift) < SHARE_EPSILON) return standing.kind === 'stale' ? 'stale' : 'held';
  return standing.displaced > 0 && shift > 0 ? 'ineligible' : 'damped';
}

function originOutlooks(estimate: Estimate, pairs: readonly PairPlan[]): readonly OriginOutlook[] {
  const expected = new Map<OriginName, number>();
  for (const pair of pairs) {
    for (const { origin, share } of pair.shares) {
      expected.set(origin, (expected.get(origin) ?? 0) + pair.demand * share);
    }
  }
  return estimate.origins.map(({ origin, capacity, measuredLoad }) => ({
    origin,
    capacity,
    measuredLoad,
    expectedLoad: expected.get(origin) ?? 0,
  }));
}

function noticesOf(estimate: Estimate, formulation: Formulation, origins: readonly OriginOutlook[]): readonly Notice[] {
  const notices: Notice[] = [];
  const overloaded = origins.filter(
    ({ capacity, expectedLoad }) => capacity !== null && expectedLoad > capacity * OVERLOAD_TOLERANCE,
  );
  if (overloaded.length > 0) notices.push({ code: 'overload', origins: overloaded.map((origin) => origin.origin) });
  if (estimate.isMassSilence) notices.push({ code: 'mass-silence', silentEdges: estimate.silentEdges });
  return [...notices, ...failOpenNotices(formulation)];
}

function failOpenNotices(formulation: Formulation): readonly Notice[] {
  const open = formulation.pairs.filter((pair) => pair.standing.kind === 'fail-open').map((pair) => pair.estimate);
  const balancers = [...new Set(open.map((pair) => pair.loadBalancer))];
  return balancers.map((loadBalancer) => ({
    code: 'fail-open',
    loadBalancer,
    edges: open.filter((pair) => pair.loadBalancer === loadBalancer).map((pair) => pair.edge),
  }));
}
