import type { Configuration } from '../model/configuration.js';
import { byName, type EdgeName, type LoadBalancerName, type OriginName } from '../model/name.js';
import { type LimitOutlook, type PairPlan, type Plan, type ShareReason, unpackedPair } from '../plan/plan.js';
import { type BindingConstraint, bindingConstraints } from './binding-constraints.js';
import { describeConstraint } from './describe-constraint.js';
import { describeLoadBalancer } from './describe-load-balancer.js';
import { type ExplainedNotice, explainNotices } from './describe-notice.js';
import { describePair } from './describe-pair.js';
import { describePrice } from './describe-price.js';
import { explainOrigin, type OriginExplanation } from './explain-origin.js';
import { inRate } from './figures.js';
import { describeLoad, isFilled } from './fullness.js';
import { meanRttOfShares } from './latency.js';
import { nearestEligible, shiftOf, type Situation, situationOf } from './situation.js';

/** Why one load balancer's traffic goes where it goes. Plain data; rates in connections per second. */
export interface LoadBalancerExplanation {
  readonly loadBalancer: LoadBalancerName;
  /** `null` when no cycle has decided anything yet. */
  readonly decidedAtMs: number | null;
  readonly headline: string;
  readonly notices: readonly ExplainedNotice[];
  /** Ordered by name. */
  readonly origins: readonly OriginExplanation[];
  /** Ordered by origin. */
  readonly limits: readonly LimitExplanation[];
  /** Ordered by name. */
  readonly edges: readonly EdgeExplanation[];
}

export interface LimitExplanation extends Omit<LimitOutlook, 'loadBalancer'> {
  readonly sentence: string;
  /** What would change with one more connection per second allowed. */
  readonly oneMore: string;
}

export interface EdgeExplanation {
  readonly edge: EdgeName;
  readonly demand: number;
  readonly sentence: string;
  /** Mean latency with the shares in force, and if everything went to the nearest origin that may serve; `null` when unknown. */
  readonly meanRttMs: number | null;
  readonly nearestRttMs: number | null;
  readonly shares: readonly ShareExplanation[];
  readonly bindingConstraints: readonly ExplainedConstraint[];
}

export interface ShareExplanation {
  readonly origin: OriginName;
  readonly share: number;
  readonly previousShare: number | null;
  /** Percentage points moved in this cycle; `null` when there was no plan before. */
  readonly changePoints: number | null;
  readonly reason: ShareReason;
  readonly rttMs: number | null;
}

export type ExplainedConstraint = BindingConstraint & { readonly sentence: string };

/** Points are told to a ten-thousandth, as shares are to a millionth. */
const POINT_DIGITS = 4;

/** Explains the part of a plan that concerns one load balancer. `configuration` is the one it was decided for, or newer. */
export function explainLoadBalancer(
  plan: Plan | null,
  configuration: Configuration,
  loadBalancer: LoadBalancerName,
): LoadBalancerExplanation {
  const situation = situationOf(plan, configuration, loadBalancer);
  const pairs = (plan?.pairs ?? []).filter((pair) => pair.loadBalancer === loadBalancer).map(unpackedPair);
  return {
    loadBalancer,
    decidedAtMs: plan?.decidedAtMs ?? null,
    headline: describeLoadBalancer(pairs, situation),
    notices: plan === null ? [] : explainNotices(plan, situation),
    origins: [...situation.references.keys()].sort(byName).map((origin) => explainOrigin(origin, situation)),
    limits: [...situation.limits.values()].map((outlook) => explainLimit(outlook)),
    edges: pairs.map((pair) => explainEdge(pair, situation)),
  };
}

function explainLimit(outlook: LimitOutlook): LimitExplanation {
  const { loadBalancer, origin, limit, expectedLoad, shadowPriceMs } = outlook;
  const figures = describeLoad(expectedLoad, limit);
  const room = `has room for ${inRate(limit - expectedLoad)}/s more`;
  return {
    origin,
    limit,
    expectedLoad,
    shadowPriceMs,
    sentence: `${loadBalancer} ${isFilled(expectedLoad, limit) ? 'is at' : room + ' within'} its limit at ${origin} (${figures})`,
    oneMore: describePrice(`one more connection per second allowed to ${origin}`, shadowPriceMs),
  };
}

function explainEdge(pair: PairPlan, situation: Situation): EdgeExplanation {
  return {
    edge: pair.edge,
    demand: pair.demand,
    sentence: describePair(pair, situation),
    meanRttMs: meanRttOfShares(pair),
    nearestRttMs: nearestEligible(pair, situation)?.rttMs ?? null,
    shares: pair.shares.map((decision) => ({
      origin: decision.origin,
      share: decision.share,
      previousShare: decision.previousShare,
      changePoints: decision.previousShare === null ? null : Number((shiftOf(decision) * 100).toFixed(POINT_DIGITS)),
      reason: decision.reason,
      rttMs: Number.isFinite(decision.rttMs) ? decision.rttMs : null,
    })),
    bindingConstraints: bindingConstraints(pair, situation).map((constraint) => ({
      ...constraint,
      sentence: describeConstraint(constraint, pair.edge, situation),
    })),
  };
}
