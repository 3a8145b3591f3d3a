import type { PairPlan, ShareDecision } from '../plan/plan.js';
import {
  type BindingConstraint,
  bindingConstraints,
  pairConstraint,
  type PairConstraint,
} from './binding-constraints.js';
import { describeConstraint, describePairConstraint } from './describe-constraint.js';
import { describeMove, describeNext, gainingWithRoom } from './describe-move.js';
import { inMs, inPercent, isVisible, listed, listedUpTo } from './figures.js';
import { describeFullness, describeLoad, hasRoom, isOverloaded } from './fullness.js';
import { barOf, hasRtt, isBeyondLimit, nearestEligible, servingShares, type Situation } from './situation.js';

/** More origins than this are counted, not named: the sentence is read at night. */
const MOST_CAUSES = 3;

/** Below this a detour is none, in ms. */
const LEAST_DETOUR_MS = 0.5;

/**
 * One sentence on why a pair's shares are what they are, for whoever is on call: what keeps its demand from the nearest
 * origin, where it goes instead and what that costs, what moved in this cycle, and what comes next where that is known.
 */
export function describePair(pair: PairPlan, situation: Situation): string {
  const type = pair.shares.length === 0 ? 'unserved' : pairConstraint(pair);
  return (type === null ? freeClauses(pair, situation) : heldClauses(type, pair, situation)).join('; ');
}

/** For a pair whose shares were free to move. */
function freeClauses(pair: PairPlan, situation: Situation): readonly string[] {
  const constraints = bindingConstraints(pair, situation);
  const causes = causesOf(constraints, pair, situation);
  const move = describeMove(pair);
  const next = describeNext(pair, situation, constraints);
  return [
    ...placementOf(pair),
    ...causes,
    ...placesOf(pair, situation),
    ...(move === null ? restOf(pair, situation, causes) : [next === null ? move : `${move}, ${next}`]),
    ...(pair.isProvisional ? ['latency is not measured yet; it may be placed anew once it is'] : []),
  ];
}

/** For a pair that something holds as a whole. */
function heldClauses(type: PairConstraint['type'], pair: PairPlan, situation: Situation): readonly string[] {
  const why = describePairConstraint(type, pair.edge, situation);
  if (type === 'unserved') return [why, `new connections at ${pair.edge} are not served`];
  const shares = describeShares(pair);
  if (type === 'fail-open') return [why, `rather than refuse everybody, ${failOpenShares(pair)}: ${shares}`];
  const move = describeMove(pair);
  const bars = bindingConstraints(pair, situation).filter((constraint) => constraint.type === 'ineligible');
  const causes = bars.map((bar) => describeConstraint(bar, pair.edge, situation));
  const stays = type === 'manual' || move !== null ? `${pair.edge} has ${shares}` : `${pair.edge} stays at ${shares}`;
  return [why, ...causes, stays, ...(move === null ? [] : [move]), ...overloadsOf(pair, situation)];
}

/** Where nothing is left of the last shares, or there were none, they go by capacity. */
function failOpenShares({ shares }: PairPlan): string {
  const isLeft = shares.some(({ share, previousShare }) => share > 0 && (previousShare ?? 0) > 0);
  return isLeft ? 'the last shares stay' : 'they are spread by capacity';
}

/** A first placement, or one made again now that latency is known. */
function placementOf({ edge, shares }: PairPlan): readonly string[] {
  const placed = shares.filter(({ reason }) => reason === 'initial');
  if (placed.length === 0) return [];
  const isAgain = placed.some(({ previousShare }) => previousShare !== null);
  return [isAgain ? `${edge} was placed anew, now that latency is measured` : `${edge} was placed for the first time`];
}

/** What keeps the pair's demand from where it would rather go. */
function causesOf(constraints: readonly BindingConstraint[], pair: PairPlan, situation: Situation): readonly string[] {
  const serving = new Set(servingShares(pair).map(({ origin }) => origin));
  const causes = constraints
    .filter((constraint) => constraint.type !== 'damping')
    // Of one that serves it is told beside its latency.
    .filter((constraint) => constraint.type !== 'latency-limit' || !serving.has(constraint.origin))
    .map((constraint) => describeConstraint(constraint, pair.edge, situation));
  if (isNowhereLeft(pair, situation)) causes.push('there is no room anywhere else');
  const room = gainingWithRoom(pair, situation);
  if (room?.capacity != null)
    causes.push(`${room.origin} has room (${describeLoad(room.expectedLoad, room.capacity)})`);
  return causes.length === 0 ? [] : [listedUpTo(MOST_CAUSES, causes)];
}

/** Is an origin overloaded here while all that may serve are without room? */
function isNowhereLeft(pair: PairPlan, situation: Situation): boolean {
  const open = pair.shares.filter((decision) => barOf(decision, situation) === null);
  const isRoomLeft = open.some(({ origin }) => {
    const outlook = situation.outlooks.get(origin);
    return outlook === undefined || hasRoom(outlook);
  });
  return !isRoomLeft && overloadsOf(pair, situation).length > 0;
}

function overloadsOf(pair: PairPlan, situation: Situation): readonly string[] {
  return servingShares(pair).flatMap(({ origin }) => {
    const outlook = situation.outlooks.get(origin);
    return outlook !== undefined && isOverloaded(outlook) ? [describeFullness(outlook)] : [];
  });
}

/** Where the demand goes, and how much further than to the nearest origin that may serve. */
function placesOf(pair: PairPlan, situation: Situation): readonly string[] {
  const serving = servingShares(pair);
  const nearest = nearestEligible(pair, situation);
  const away = serving.filter(({ origin }) => origin !== nearest?.origin);
  const [only] = serving;
  if (only === undefined) return [`${pair.edge} has no share anywhere`];
  const detour = (decision: ShareDecision) => detourOf(decision, nearest, pair, situation);
  const isIdle = !(pair.demand > 0);
  const whole = isIdle ? 'every new connection' : `all of ${pair.edge}`;
  const goes = isIdle ? 'would go' : 'goes';
  const prefix = isIdle ? [`${pair.edge} has no demand`] : [];
  if (serving.length === 1) return [...prefix, `${whole} ${goes} to ${only.origin}${detour(only)}`];
  const part = isIdle ? 'new connections' : pair.edge;
  const [first, ...others] = away.map(
    (decision, index) =>
      `${inPercent(decision.share)} ${index === 0 ? `of ${part} ${goes} ` : ''}to ${decision.origin}${detour(decision)}`,
  );
  return [...prefix, listed([first ?? '', ...others])];
}

function detourOf(
  decision: ShareDecision,
  nearest: ShareDecision | null,
  { isProvisional }: PairPlan,
  situation: Situation,
): string {
  if (isProvisional || !hasRtt(decision)) return '';
  const extraMs = nearest === null ? 0 : decision.rttMs - nearest.rttMs;
  const limitMs = situation.policy?.maxLatencyMs;
  const isBeyond = limitMs !== undefined && isBeyondLimit(decision, situation);
  const beyond = isBeyond ? `, beyond the limit of ${inMs(limitMs)}` : '';
  if (extraMs < LEAST_DETOUR_MS) return ` (${inMs(decision.rttMs)}${beyond})`;
  return `, +${inMs(extraMs)}${isBeyond ? ` (${inMs(decision.rttMs)}${beyond})` : ''}`;
}

/** Why nothing moves, where nothing else says so. */
function restOf(pair: PairPlan, situation: Situation, causes: readonly string[]): readonly string[] {
  const isPlaced = pair.shares.some(({ reason }) => reason === 'initial');
  const nearest = nearestEligible(pair, situation);
  const isAllNear = servingShares(pair).every(({ origin }) => origin === nearest?.origin);
  return isPlaced || isAllNear || causes.length > 0 ? [] : ['nothing better is worth a move'];
}

function describeShares(pair: PairPlan): string {
  const serving = pair.shares.filter(({ share }) => isVisible(share));
  return listed(serving.map(({ origin, share }) => `${origin} ${inPercent(share)}`)) || 'no share anywhere';
}
