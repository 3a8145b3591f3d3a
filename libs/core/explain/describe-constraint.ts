import type { EdgeName, OriginName } from '../model/name.js';
import type { BindingConstraint, OriginConstraint, PairConstraint } from './binding-constraints.js';
import { inMs, inPoints, inRate } from './figures.js';
import { describeFullness, describeLoad } from './fullness.js';
import type { Bar, Situation } from './situation.js';

/** One sentence on what binds, as seen from one edge. */
export function describeConstraint(constraint: BindingConstraint, edge: EdgeName, situation: Situation): string {
  return 'origin' in constraint
    ? describeOriginConstraint(constraint, edge, situation)
    : describePairConstraint(constraint.type, edge, situation);
}

function describeOriginConstraint(constraint: OriginConstraint, edge: EdgeName, situation: Situation): string {
  const { origin } = constraint;
  switch (constraint.type) {
    case 'origin-capacity':
      return describeCapacity(origin, situation);
    case 'target-utilization':
      return describeTarget(origin, constraint.targetPercent, situation);
    case 'limit':
      return describeLimit(origin, constraint.kind, constraint.limit, situation);
    case 'damping':
      return `${edge} moves at most ${inPoints(constraint.maxShiftPercent / 100)} ${constraint.direction === 'leaving' ? 'from' : 'to'} ${origin} in one cycle`;
    case 'latency-limit':
      return `${origin} is ${inMs(constraint.rttMs)} away, beyond the limit of ${inMs(constraint.limitMs)}`;
    case 'tier':
      return `${origin} stands by in tier ${constraint.tier}`;
    case 'ineligible':
      return describeBar(origin, constraint.reason, edge, situation);
  }
}

/** What holds a pair as a whole. */
export function describePairConstraint(
  type: PairConstraint['type'],
  edge: EdgeName,
  { loadBalancer, isMassSilence }: Situation,
): string {
  switch (type) {
    case 'frozen':
      return `${loadBalancer} is frozen`;
    case 'manual':
      return `the shares of ${loadBalancer} are set by hand`;
    case 'stale':
      return isMassSilence ? 'most edges fell silent at once' : `nothing recent is known of ${edge}`;
    case 'kept':
      return `no sound decision could be had for ${edge} in this cycle`;
    case 'fail-open':
      return `no origin of ${loadBalancer} is healthy as seen from ${edge}`;
    case 'unserved':
      return `no origin of ${loadBalancer} is in use`;
  }
}

function describeBar(origin: OriginName, reason: Bar, edge: EdgeName, { loadBalancer }: Situation): string {
  switch (reason) {
    case 'unhealthy':
      return `${origin} is down as seen from ${edge}`;
    case 'draining':
      return `${origin} is draining`;
    case 'disabled':
      return `${origin} is out of use`;
    case 'dialled-out':
      return `${loadBalancer} sends nothing to ${origin} by its own limit`;
  }
}

function describeCapacity(origin: OriginName, { outlooks }: Situation): string {
  const outlook = outlooks.get(origin);
  return outlook === undefined ? `${origin} is full` : describeFullness(outlook);
}

function describeTarget(origin: OriginName, targetPercent: number, { outlooks }: Situation): string {
  const outlook = outlooks.get(origin);
  const filled = `${origin} is filled to its target of ${targetPercent} %`;
  if (outlook === undefined || outlook.capacity === null) return filled;
  return `${filled} (${describeLoad(outlook.expectedLoad, outlook.capacity)})`;
}

function describeLimit(
  origin: OriginName,
  kind: 'maxRate' | 'dial',
  limit: number,
  { loadBalancer, limits, references }: Situation,
): string {
  const load = limits.get(origin)?.expectedLoad ?? limit;
  const figures = `(${describeLoad(load, limit)})`;
  return kind === 'maxRate'
    ? `${loadBalancer} may send at most ${inRate(limit)}/s to ${origin} ${figures}`
    : `${loadBalancer} may send at most ${references.get(origin)?.dialPercent ?? 100} % to ${origin} ${figures}`;
}
