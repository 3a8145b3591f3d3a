import type { OriginOutlook, PairPlan, ShareDecision, ShareReason } from '../plan/plan.js';
import type { BindingConstraint } from './binding-constraints.js';
import { inPoints, inRate, isVisible, listed } from './figures.js';
import { hasRoom } from './fullness.js';
import { isArriving, isLeaving, preferenceOf, shiftOf, type Situation } from './situation.js';

/** What moved between origins in this cycle; `null` when nothing did that would show. */
export function describeMove(pair: PairPlan): string | null {
  const arriving = pair.shares.filter(isArriving);
  if (arriving.length === 0) return null;
  const points = inPoints(arriving.reduce((sum, decision) => sum + shiftOf(decision), 0));
  const from = sourcesOf(pair);
  const to = listed(arriving.map(({ origin }) => origin));
  return `${points} moved${from === '' ? '' : ` from ${from}`} to ${to} ${paceOf(pair)}`;
}

/** Where the moved share came from; empty when the pair was not served before. */
function sourcesOf({ shares }: PairPlan): string {
  const leaving = shares.filter(isLeaving).map(({ origin }) => String(origin));
  const before = shares.reduce((sum, { previousShare }) => sum + (previousShare ?? 0), 0);
  // An origin taken out of the load balancer is in no list any more; what is missing of the whole was its share.
  const isOneMissing = isVisible(before) && before < 1 && isVisible(1 - before);
  return listed(isOneMissing ? [...leaving, 'an origin taken out'] : leaving);
}

function paceOf({ shares }: PairPlan): string {
  const moved = shares.filter((decision) => isLeaving(decision) || isArriving(decision));
  const paces = moved.map(({ reason }) => paceOfReason(reason));
  if (paces.includes('at once')) return 'at once';
  return paces.includes('relief') ? 'in this cycle, faster than usual because of overload' : 'in this cycle';
}

function paceOfReason(reason: ShareReason): 'at once' | 'relief' | 'damped' {
  switch (reason) {
    case 'initial':
    case 'ineligible':
    case 'manual':
    case 'fail-open':
    case 'unserved':
    case 'kept':
      return 'at once';
    case 'overload':
      return 'relief';
    case 'damped':
    case 'held':
    case 'stale':
    case 'frozen':
      return 'damped';
  }
}

/**
 * What the next cycles bring; `null` where the plan does not tell. It tells where a share moved as far as one cycle allows,
 * there is more of it to move, and what it moves for is still to be had.
 */
export function describeNext(
  pair: PairPlan,
  situation: Situation,
  constraints: readonly BindingConstraint[],
): string | null {
  for (const constraint of constraints) {
    if (constraint.type !== 'damping') continue;
    const decision = pair.shares.find(({ origin }) => origin === constraint.origin);
    if (decision === undefined) continue;
    const until =
      constraint.direction === 'leaving' ? reliefOf(decision, pair, situation) : returnOf(decision, pair, situation);
    if (until !== null) return `up to ${inPoints(constraint.maxShiftPercent / 100)} more each cycle ${until}`;
  }
  return null;
}

/** Share leaves an origin that is still expected above its capacity, for origins that have room. */
function reliefOf({ origin, share }: ShareDecision, pair: PairPlan, { outlooks }: Situation): string | null {
  const outlook = outlooks.get(origin);
  if (!isVisible(share) || outlook?.capacity == null || !(outlook.expectedLoad > outlook.capacity)) return null;
  const isRoomThere = pair.shares.filter(isArriving).every((arriving) => {
    const there = outlooks.get(arriving.origin);
    return there !== undefined && hasRoom(there);
  });
  return isRoomThere ? `until ${origin} is within ${inRate(outlook.capacity)}/s` : null;
}

/** Share comes back to an origin with room, from one that costs more and has some left. */
function returnOf(decision: ShareDecision, pair: PairPlan, situation: Situation): string | null {
  const room = gainingWithRoom(pair, situation);
  if (room?.origin !== decision.origin) return null;
  const isMoreToCome = pair.shares.some((other) => isLeaving(other) && isVisible(other.share));
  return isMoreToCome ? `while ${room.origin} has room` : null;
}

/** The origin that gains share by an ordinary move because it costs less and has room; `null` when none does. */
export function gainingWithRoom(pair: PairPlan, situation: Situation): OriginOutlook | null {
  const leaving = pair.shares.filter(isLeaving);
  for (const decision of pair.shares) {
    const outlook = situation.outlooks.get(decision.origin);
    if (decision.reason !== 'damped' || !isArriving(decision) || outlook === undefined || !hasRoom(outlook)) continue;
    const preference = preferenceOf(decision, situation);
    if (leaving.every((other) => preference < preferenceOf(other, situation))) return outlook;
  }
  return null;
}
