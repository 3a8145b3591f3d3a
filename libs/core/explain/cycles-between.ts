import type { Policy } from '../model/load-balancer.js';
import type { PairPlan } from '../plan/plan.js';
import { isVisible } from './figures.js';

/** A move of this little more than a whole number of steps is rounding. */
const STEP_EPSILON = 1e-6;

/**
 * How many cycles a pair needs from one plan's shares to another's at the damped pace: the largest move, divided by the
 * largest that one cycle allows, rounded up. What the damping contract exempts is there after one: a first placement,
 * shares set by hand, and what has to leave an origin that may not serve any more. `null` when it may not move at all.
 */
export function cyclesBetween(
  before: PairPlan | undefined,
  after: PairPlan | undefined,
  policy: Policy | undefined,
): number | null {
  if (after === undefined) return 0;
  if (before === undefined || before.isProvisional || isAtOnce(after)) return isSame(before, after) ? 0 : 1;
  const largest = largestDampedMove(before, after);
  if (!isVisible(largest)) return isSame(before, after) ? 0 : 1;
  const step = (policy?.maxShiftPercent ?? 0) / 100;
  return step > 0 ? Math.max(1, Math.ceil(largest / step - STEP_EPSILON)) : null;
}

function isAtOnce({ shares }: PairPlan): boolean {
  return shares.some(({ reason }) => reason === 'manual' || reason === 'fail-open' || reason === 'unserved');
}

function isSame(before: PairPlan | undefined, after: PairPlan): boolean {
  if (before === undefined) return false;
  const now = sharesOf(after);
  const earlier = sharesOf(before);
  return [...new Set([...now.keys(), ...earlier.keys()])].every(
    (origin) => !isVisible((now.get(origin) ?? 0) - (earlier.get(origin) ?? 0)),
  );
}

/** The largest move that the damping contract bounds, as a fraction. */
function largestDampedMove(before: PairPlan, after: PairPlan): number {
  const now = sharesOf(after);
  const earlier = sharesOf(before);
  const mayServe = new Set<string>(
    after.shares.filter(({ share, reason }) => share > 0 || reason !== 'ineligible').map(({ origin }) => origin),
  );
  let displaced = 0;
  for (const [origin, share] of earlier) if (!mayServe.has(origin)) displaced += share;
  const moves = [...mayServe].map((origin) => {
    const move = (now.get(origin) ?? 0) - (earlier.get(origin) ?? 0);
    return move > 0 ? move - displaced : -move;
  });
  return Math.max(0, ...moves);
}

function sharesOf({ shares }: PairPlan): ReadonlyMap<string, number> {
  return new Map(shares.map(({ origin, share }) => [origin, share]));
}
