import type { PairPlan, ShareDecision } from '#core/plan/plan.js';
import type { HistoricCycle } from './weir-api.js';

/** Shares are told to a millionth, and the largest takes what rounding left. */
const ROUNDING = 1e-5;

/**
 * Where a history breaks the damping contract (section "Damping" of the architecture), judged from the outside by two
 * consecutive cycles at a time; empty when it keeps it. `maxShift` as a fraction.
 */
export function dampingBreaches(cycles: readonly HistoricCycle[], maxShift: number): readonly string[] {
  return cycles.slice(1).flatMap((cycle, index) => {
    const before = cycles[index];
    if (before?.id !== cycle.id - 1) return [`cycle ${cycle.id}: the one before is not in the history`];
    return pairBreaches(before, cycle, maxShift).map((breach) => `cycle ${cycle.id}: ${breach}`);
  });
}

function pairBreaches(before: HistoricCycle, after: HistoricCycle, maxShift: number): readonly string[] {
  const earlier = new Map((before.plan?.pairs ?? []).map((pair) => [nameOf(pair), pair]));
  return (after.plan?.pairs ?? []).flatMap((pair) => {
    const previous = earlier.get(nameOf(pair));
    if (previous === undefined) return [];
    const shares = new Map(previous.shares.map(({ origin, share }) => [origin, share]));
    const displaced = pair.shares
      .filter(({ reason, share }) => reason === 'ineligible' && share === 0)
      .reduce((sum, { origin }) => sum + (shares.get(origin) ?? 0), 0);
    return pair.shares.flatMap((decision) => {
      const shift = decision.share - (shares.get(decision.origin) ?? 0);
      if (isAllowed(decision, shift, { maxShift, displaced, mayStartAnew: previous.isProvisional })) return [];
      return [`${nameOf(pair)}: the share of ${decision.origin} moved by ${shift}, "${decision.reason}"`];
    });
  });
}

interface Allowance {
  readonly maxShift: number;
  /** What origins that may no longer serve had. */
  readonly displaced: number;
  readonly mayStartAnew: boolean;
}

function isAllowed({ reason, share }: ShareDecision, shift: number, allowance: Allowance): boolean {
  const { maxShift, displaced, mayStartAnew } = allowance;
  switch (reason) {
    case 'initial':
      return mayStartAnew;
    case 'ineligible':
      return share === 0 || (displaced > 0 && shift <= maxShift + displaced + ROUNDING);
    case 'damped':
      return Math.abs(shift) <= maxShift + ROUNDING;
    case 'held':
    case 'stale':
      return Math.abs(shift) <= ROUNDING;
    case 'fail-open':
    case 'unserved':
      return false;
  }
}

function nameOf({ loadBalancer, edge }: PairPlan): string {
  return `${loadBalancer} on ${edge}`;
}
