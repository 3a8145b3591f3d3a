import type { Eligibility } from '../estimate/estimate.js';
import { BEYOND_SOFT_LATENCY_COST_MS, MAX_RTT_COST_MS, TIER_COST_MS } from '../formulate/costs.js';
import type { Configuration } from '../model/configuration.js';
import type { OriginReference, Policy } from '../model/load-balancer.js';
import type { LoadBalancerName, OriginName } from '../model/name.js';
import type { Origin } from '../model/origin.js';
import type { LimitOutlook, OriginOutlook, PairPlan, Plan, ShareDecision } from '../plan/plan.js';
import { isVisible } from './figures.js';

/** All that the shares of one load balancer are explained from, looked up by origin. */
export interface Situation {
  readonly loadBalancer: LoadBalancerName;
  /** `null` when the load balancer is no longer configured. */
  readonly policy: Policy | null;
  readonly references: ReadonlyMap<OriginName, OriginReference>;
  readonly origins: ReadonlyMap<OriginName, Origin>;
  readonly outlooks: ReadonlyMap<OriginName, OriginOutlook>;
  readonly limits: ReadonlyMap<OriginName, LimitOutlook>;
  /** Utilisation up to which an origin is filled for free, in percent: the lowest among those who use it. */
  readonly targets: ReadonlyMap<OriginName, number>;
  /** So many edges fell silent at once that nothing was moved anywhere. */
  readonly isMassSilence: boolean;
}

/** Why an origin may not serve a pair. */
export type Bar = Exclude<Eligibility, 'eligible'>;

/** Looks up what concerns one load balancer. `configuration` is the one the plan was decided for, or newer. */
export function situationOf(
  plan: Pick<Plan, 'origins' | 'limits' | 'notices'> | null,
  configuration: Pick<Configuration, 'loadBalancers' | 'origins'>,
  loadBalancer: LoadBalancerName,
): Situation {
  const balancer = configuration.loadBalancers.find(({ name }) => name === loadBalancer);
  const references = balancer?.origins ?? [];
  const limits = (plan?.limits ?? []).filter((limit) => limit.loadBalancer === loadBalancer);
  return {
    loadBalancer,
    policy: balancer?.policy ?? null,
    references: new Map(references.map((reference) => [reference.origin, reference])),
    origins: new Map(configuration.origins.map((origin) => [origin.name, origin])),
    outlooks: new Map((plan?.origins ?? []).map((outlook) => [outlook.origin, outlook])),
    limits: new Map(limits.map((limit) => [limit.origin, limit])),
    targets: new Map(references.map(({ origin }) => [origin, lowestTarget(origin, configuration)])),
    isMassSilence: plan?.notices.some(({ code }) => code === 'mass-silence') ?? false,
  };
}

function lowestTarget(origin: OriginName, { loadBalancers }: Pick<Configuration, 'loadBalancers'>): number {
  const users = loadBalancers.filter(({ origins }) => origins.some((reference) => reference.origin === origin));
  return Math.min(100, ...users.map(({ policy }) => policy.targetUtilizationPercent));
}

/** Why the origin may not serve the pair; `null` when it may. */
export function barOf({ origin, share, reason }: ShareDecision, { references, origins }: Situation): Bar | null {
  if (isVisible(share)) return null;
  const declared = origins.get(origin);
  if (declared !== undefined && declared.state !== 'active') return declared.state;
  if (declared?.endpoints.every(({ weight }) => weight === 0) === true) return 'disabled';
  const reference = references.get(origin);
  if (reference?.dialPercent === 0 || reference?.maxRate === 0) return 'dialled-out';
  return reason === 'ineligible' ? 'unhealthy' : null;
}

/** The shares that show, largest first. */
export function servingShares(pair: PairPlan): readonly ShareDecision[] {
  return pair.shares.filter(({ share }) => isVisible(share)).toSorted((one, other) => other.share - one.share);
}

/** The origin a pair would use if latency alone counted; `null` when none may serve, or no latency is known. */
export function nearestEligible(pair: PairPlan, situation: Situation): ShareDecision | null {
  const open = pair.shares.filter((decision) => hasRtt(decision) && barOf(decision, situation) === null);
  return open.reduce<ShareDecision | null>(
    (nearest, decision) => (nearest === null || decision.rttMs < nearest.rttMs ? decision : nearest),
    null,
  );
}

/** By how much a share moved in this cycle, as a fraction; 0 when there was none before. */
export function shiftOf({ share, previousShare }: ShareDecision): number {
  return previousShare === null ? 0 : share - previousShare;
}

export function isLeaving(decision: ShareDecision): boolean {
  return shiftOf(decision) < 0 && isVisible(shiftOf(decision));
}

export function isArriving(decision: ShareDecision): boolean {
  return shiftOf(decision) > 0 && isVisible(shiftOf(decision));
}

/** What a connection is reckoned to cost there when there is room: origins are filled in this order. */
export function preferenceOf(decision: ShareDecision, situation: Situation): number {
  const beyond = isBeyondLimit(decision, situation) ? BEYOND_SOFT_LATENCY_COST_MS : 0;
  return beyond + tierOf(decision.origin, situation) * TIER_COST_MS + Math.min(decision.rttMs, MAX_RTT_COST_MS);
}

export function tierOf(origin: OriginName, { references }: Situation): number {
  return references.get(origin)?.tier ?? 0;
}

export function isBeyondLimit({ rttMs }: ShareDecision, { policy }: Situation): boolean {
  return policy?.maxLatencyMs !== undefined && rttMs > policy.maxLatencyMs;
}

export function hasRtt({ rttMs }: ShareDecision): boolean {
  return Number.isFinite(rttMs);
}
