import type { OriginName } from '../model/name.js';
import type { PairPlan } from '../plan/plan.js';
import {
  type BindingConstraint,
  bindingConstraints,
  pairConstraint,
  type PairConstraint,
} from './binding-constraints.js';
import { describeConstraint } from './describe-constraint.js';
import { inMs, inPercent, inRate, isVisible, listedUpTo } from './figures.js';
import { isArriving, isLeaving, nearestEligible, servingShares, type Situation } from './situation.js';

const MOST_CAUSES = 3;

/** One sentence on a whole load balancer: what is wrong, how much goes further than it need, what moves. */
export function describeLoadBalancer(pairs: readonly PairPlan[], situation: Situation): string {
  const { loadBalancer } = situation;
  if (pairs.length === 0) return `no cycle has decided on ${loadBalancer} yet`;
  const causes = causesOf(pairs, situation);
  return [
    ...heldOf(pairs, situation),
    ...(causes.length > 0 ? [listedUpTo(MOST_CAUSES, causes)] : []),
    describeDetours(pairs, situation),
    ...movesOf(pairs),
  ].join('; ');
}

/** What holds pairs as a whole, worst first. */
function heldOf(pairs: readonly PairPlan[], situation: Situation): readonly string[] {
  const types = pairs.map((pair) => (pair.shares.length === 0 ? 'unserved' : pairConstraint(pair)));
  const order: readonly PairConstraint['type'][] = ['unserved', 'fail-open', 'kept', 'stale', 'frozen', 'manual'];
  return order.flatMap((type) => {
    const count = types.filter((other) => other === type).length;
    return count === 0 ? [] : [describeHeld(type, edgesOf(count, pairs), situation)];
  });
}

function describeHeld(type: PairConstraint['type'], edges: string, { loadBalancer, isMassSilence }: Situation): string {
  switch (type) {
    case 'unserved':
      return `${loadBalancer} is not served at ${edges}: no origin is in use`;
    case 'fail-open':
      return `no origin is healthy as seen from ${edges}; the last shares stay there`;
    case 'kept':
      return `no sound decision could be had at ${edges}; shares stay there`;
    case 'stale':
      return isMassSilence
        ? 'most edges fell silent at once; shares stay'
        : `nothing recent is known at ${edges}; shares stay there`;
    case 'frozen':
      return `${loadBalancer} is frozen`;
    case 'manual':
      return `the shares of ${loadBalancer} are set by hand`;
  }
}

/** What holds at an origin for every edge alike, and which origins edges see down. */
function causesOf(pairs: readonly PairPlan[], situation: Situation): readonly string[] {
  const causes = new Set<string>();
  const blindEdges = new Map<OriginName, number>();
  for (const pair of pairs) {
    for (const constraint of bindingConstraints(pair, situation)) {
      if (constraint.type === 'ineligible' && constraint.reason === 'unhealthy') {
        blindEdges.set(constraint.origin, (blindEdges.get(constraint.origin) ?? 0) + 1);
      } else if (isForAll(constraint.type)) causes.add(describeConstraint(constraint, pair.edge, situation));
    }
  }
  const down = [...blindEdges].map(([origin, count]) => `${origin} is down as seen from ${edgesOf(count, pairs)}`);
  return [...down, ...causes];
}

function isForAll(type: BindingConstraint['type']): boolean {
  return type === 'ineligible' || type === 'origin-capacity' || type === 'limit';
}

function edgesOf(count: number, pairs: readonly PairPlan[]): string {
  return count === pairs.length ? 'every edge' : `${count} of ${pairs.length} edges`;
}

/** How much of the demand goes further than to the nearest origin that may serve it, and how much further. */
function describeDetours(pairs: readonly PairPlan[], situation: Situation): string {
  const { loadBalancer } = situation;
  const demand = pairs.reduce((sum, pair) => sum + (pair.demand > 0 ? pair.demand : 0), 0);
  if (!(demand > 0)) return `${loadBalancer} has no demand`;
  let detoured = 0;
  let extraMs = 0;
  for (const pair of pairs) {
    const nearestMs = nearestEligible(pair, situation)?.rttMs;
    for (const { share, rttMs } of servingShares(pair)) {
      if (nearestMs === undefined || !(rttMs > nearestMs) || !(pair.demand > 0)) continue;
      detoured += pair.demand * share;
      extraMs += pair.demand * share * (rttMs - nearestMs);
    }
  }
  if (!isVisible(detoured / demand)) return `all ${inRate(demand)}/s go to the nearest origin that may serve`;
  const extra = inMs(extraMs / detoured);
  return `${inPercent(detoured / demand)} of ${inRate(demand)}/s goes further than the nearest origin, +${extra} on average`;
}

function movesOf(pairs: readonly PairPlan[]): readonly string[] {
  const moving = pairs.filter(({ shares }) => shares.some((decision) => isArriving(decision) || isLeaving(decision)));
  return moving.length === 0 ? [] : [`shares moved at ${edgesOf(moving.length, pairs)} in this cycle`];
}
