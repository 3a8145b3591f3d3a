import type { Plan, ShareDecision } from '#core/plan/plan.js';

/**
 * A hypothetical plan as it would read once its shares have been in force for a while. It is decided in one leap from the
 * shares of now, and told as it is, it would speak of a move that nobody is going to see, and of loads measured today.
 */
export function settledPlan(plan: Plan): Plan {
  return {
    ...plan,
    pairs: plan.pairs.map((pair) => ({ ...pair, shares: pair.shares.map(atRest) })),
    origins: plan.origins.map((outlook) => ({ ...outlook, measuredLoad: outlook.expectedLoad })),
  };
}

function atRest(decision: ShareDecision): ShareDecision {
  return { ...decision, previousShare: decision.share, reason: hasArrived(decision) ? 'held' : decision.reason };
}

/** Shares that moved rest where they are now; why others do not move stays as true as it was. */
function hasArrived({ share, reason }: ShareDecision): boolean {
  switch (reason) {
    case 'initial':
    case 'overload':
    case 'damped':
    case 'held':
      return true;
    case 'ineligible':
      return share > 0;
    case 'manual':
    case 'stale':
    case 'frozen':
    case 'kept':
    case 'fail-open':
    case 'unserved':
      return false;
  }
}
