import { describeMove } from '#core/explain/describe-move.js';
import { inPoints, listedUpTo } from '#core/explain/figures.js';
import type { EdgeName, LoadBalancerName, OriginName } from '#core/model/name.js';
import type { PairPlan, ShareReason } from '#core/plan/plan.js';

/** What one cycle moved of one load balancer, in words. */
export interface RecentDecision {
  readonly decidedAtMs: number;
  readonly loadBalancer: LoadBalancerName;
  /** Where shares moved, the first of them by name. */
  readonly edges: readonly EdgeName[];
  readonly edgeCount: number;
  readonly reason: ShareReason;
  readonly sentence: string;
}

/** Of more edges than this one sentence tells what moved at all of them. */
const MOST_SINGLE = 2;
const MOST_NAMED = 3;

/** Who reads why a share moved looks for what was urgent first. */
const URGENCY: readonly ShareReason[] = [
  'unserved',
  'fail-open',
  'ineligible',
  'overload',
  'manual',
  'initial',
  'kept',
];

/** One decision for each load balancer of which something moved; of few edges, one for each of them. */
export function decisionsOf(moved: readonly PairPlan[], decidedAtMs: number): readonly RecentDecision[] {
  const balancers = new Map<LoadBalancerName, PairPlan[]>();
  for (const pair of moved) balancers.set(pair.loadBalancer, [...(balancers.get(pair.loadBalancer) ?? []), pair]);
  return [...balancers].flatMap(([loadBalancer, pairs]) => {
    const groups = pairs.length <= MOST_SINGLE ? pairs.map((pair) => [pair]) : [pairs];
    return groups.map((group) => ({
      decidedAtMs,
      loadBalancer,
      edges: group.slice(0, MOST_NAMED).map(({ edge }) => edge),
      edgeCount: group.length,
      reason: worstReason(group),
      sentence: sentenceOf(group),
    }));
  });
}

function sentenceOf(pairs: readonly PairPlan[]): string {
  const [only, ...others] = pairs;
  if (only !== undefined && others.length === 0) return `${only.edge}: ${describeMove(only) ?? 'nothing moved'}`;
  const where = listedUpTo(
    MOST_NAMED,
    pairs.map(({ edge }) => edge),
  );
  const largest = Math.max(...pairs.flatMap(({ shares }) => shares.map((one) => gainOf(one))));
  const { to, from } = flowOf(pairs);
  return `${where}: up to ${inPoints(largest)} moved${from === null ? '' : `, most of it from ${from}`}${to === null ? '' : ` to ${to}`}`;
}

function gainOf({ share, previousShare }: PairPlan['shares'][number]): number {
  return share - (previousShare ?? 0);
}

/** Where most came from, and where most went. */
function flowOf(pairs: readonly PairPlan[]): { readonly from: OriginName | null; readonly to: OriginName | null } {
  const gains = new Map<OriginName, number>();
  for (const { shares, demand } of pairs) {
    for (const one of shares)
      gains.set(one.origin, (gains.get(one.origin) ?? 0) + gainOf(one) * Math.max(demand, 1e-6));
  }
  const ranked = [...gains].sort(([, left], [, right]) => right - left);
  const [most, least] = [ranked[0], ranked.at(-1)];
  return {
    to: most !== undefined && most[1] > 0 ? most[0] : null,
    from: least !== undefined && least[1] < 0 ? least[0] : null,
  };
}

function worstReason(pairs: readonly PairPlan[]): ShareReason {
  const reasons = new Set(
    pairs.flatMap(({ shares }) => shares.filter((one) => gainOf(one) !== 0).map(({ reason }) => reason)),
  );
  return URGENCY.find((reason) => reasons.has(reason)) ?? 'damped';
}
