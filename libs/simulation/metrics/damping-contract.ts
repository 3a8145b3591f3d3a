import type { Configuration } from '#core/model/configuration.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import { pairKey } from '#core/observe/observation.js';
import { type PairPlan, pairsByKey, type Plan, type ShareDecision } from '#core/plan/plan.js';

/** Shares are told to a millionth, and the largest takes what rounding left. */
const ROUNDING = 1e-5;

/**
 * Where a plan breaks the damping contract, judged from outside by the plan before and the reasons it gives: a share moves
 * by at most `maxShiftPercent`, and not at all in an urgent cycle, unless an exemption is named; for overload it leaves by at
 * most `overloadMaxShiftPercent`. Empty when it keeps it.
 */
export function dampingBreaches(
  { loadBalancers }: Configuration,
  before: Plan | null,
  after: Plan | null,
  isUrgent: boolean,
): readonly string[] {
  const earlier = pairsByKey(before);
  const balancers = new Map(loadBalancers.map((balancer) => [balancer.name, balancer]));
  return (after?.pairs ?? []).flatMap((pair) => {
    const balancer = balancers.get(pair.loadBalancer);
    const previous = earlier.get(pairKey(pair.loadBalancer, pair.edge));
    return balancer === undefined ? [] : pairBreaches(balancer, previous, pair, isUrgent);
  });
}

function pairBreaches(
  { policy }: LoadBalancer,
  previous: PairPlan | undefined,
  { loadBalancer, edge, shares }: PairPlan,
  isUrgent: boolean,
): readonly string[] {
  const old = new Map((previous?.shares ?? []).map(({ origin, share }) => [origin, share]));
  const maxShift = isUrgent ? 0 : policy.maxShiftPercent / 100;
  const maxRelief = policy.overloadMaxShiftPercent / 100;
  const mayStartAnew = previous === undefined || previous.isProvisional;
  return shares.flatMap((decision) => {
    const shift = decision.share - (old.get(decision.origin) ?? 0);
    if (isAllowed(decision, shift, { maxShift, maxRelief, mayStartAnew })) return [];
    const points = (100 * shift).toFixed(2);
    return [
      `${loadBalancer} on ${edge}: the share of ${decision.origin} moved by ${points} points, "${decision.reason}"`,
    ];
  });
}

interface Bounds {
  readonly maxShift: number;
  readonly maxRelief: number;
  readonly mayStartAnew: boolean;
}

function isAllowed({ reason }: ShareDecision, shift: number, { maxShift, maxRelief, mayStartAnew }: Bounds): boolean {
  switch (reason) {
    case 'ineligible':
    case 'manual':
    case 'fail-open':
    case 'unserved':
      return true;
    case 'initial':
      return mayStartAnew;
    case 'overload':
      return shift >= -Math.max(maxShift, maxRelief) - ROUNDING;
    case 'damped':
      return Math.abs(shift) <= maxShift + ROUNDING;
    case 'held':
    case 'stale':
    case 'frozen':
    case 'kept':
      return Math.abs(shift) <= ROUNDING;
  }
}
