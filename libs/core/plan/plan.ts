import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/** What one cycle decided: every share, and why each changed. Plain data; it is stored and replayed as JSON. */
export interface Plan {
  readonly decidedAtMs: number;
  /** Ordered by load balancer, then edge. */
  readonly pairs: readonly PairPlan[];
  /** Ordered by name. */
  readonly origins: readonly OriginOutlook[];
  /** Where operators limit what one load balancer may send to one origin. Ordered by load balancer, then origin. */
  readonly limits: readonly LimitOutlook[];
  readonly notices: readonly Notice[];
}

/** How one edge spreads its demand for one load balancer. The shares sum to 1, or are all 0 when nothing may serve. */
export interface PairPlan {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  /** New connections per second the decision reckoned with. */
  readonly demand: number;
  /** Made before latency was measured; the first decision that knows it may place the shares anew. */
  readonly isProvisional: boolean;
  /** Ordered by origin. */
  readonly shares: readonly ShareDecision[];
}

export interface ShareDecision {
  readonly origin: OriginName;
  readonly share: number;
  /** `null` when there was no plan for this pair before. */
  readonly previousShare: number | null;
  readonly reason: ShareReason;
  /** Round-trip time the decision reckoned with. */
  readonly rttMs: number;
}

/**
 * Why a share is what it is. `initial`, `ineligible`, `overload`, `manual`, `fail-open` and `unserved` are the exemptions
 * from the damping bound.
 *
 * - `initial`: there was no plan for this pair before, or only one made before any latency was measured.
 * - `ineligible`: an origin became unhealthy, draining, disabled or was taken out: its share left at once, or arrived here from there.
 * - `overload`: an origin is above its capacity: share left it faster than the bound, or arrived here, where there is headroom.
 * - `manual`: operators set it.
 * - `damped`: an ordinary move, within the bound.
 * - `held`: left where it was, because nothing better was worth the move.
 * - `stale`: left where it was, because what is known of the pair is too old.
 * - `frozen`: left where it was, because operators froze the load balancer.
 * - `kept`: left where it was, because no sound decision could be had for the pair in this cycle.
 * - `fail-open`: no origin is healthy from this edge; the last shares stay, rather than refuse everybody.
 * - `unserved`: operators left no origin in use; nothing may serve.
 */
export type ShareReason =
  | 'initial'
  | 'ineligible'
  | 'overload'
  | 'manual'
  | 'damped'
  | 'held'
  | 'stale'
  | 'frozen'
  | 'kept'
  | 'fail-open'
  | 'unserved';

export interface OriginOutlook {
  readonly origin: OriginName;
  /** Connections per second; `null` when unlimited. Where open connections bind first, what they allow. */
  readonly capacity: number | null;
  /** Measured before the decision, and expected once its shares are in force; connections per second. */
  readonly measuredLoad: number;
  readonly expectedLoad: number;
  /** What one more connection per second of capacity would save, in ms per second; `null` when the solver does not tell. */
  readonly shadowPriceMs: number | null;
}

/** A limit of operators' (`maxRate`, `dialPercent`) on one load balancer at one origin. */
export interface LimitOutlook {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: OriginName;
  /** Connections per second. */
  readonly limit: number;
  readonly expectedLoad: number;
  /** What allowing one more connection per second would save, in ms per second; `null` when the solver does not tell. */
  readonly shadowPriceMs: number | null;
}

/** Something an operator should know about the decision as a whole. */
export type Notice =
  /** Even with the new shares these origins are expected above their capacity: not yet drained, or nowhere else to go. */
  | { readonly code: 'overload'; readonly origins: readonly OriginName[] }
  | { readonly code: 'mass-silence'; readonly silentEdges: readonly EdgeName[] }
  | { readonly code: 'fail-open'; readonly loadBalancer: LoadBalancerName; readonly edges: readonly EdgeName[] }
  /** For these pairs no sound decision could be had; their shares stay. `details` says why. */
  | { readonly code: 'kept'; readonly pairs: number; readonly details: readonly string[] }
  /** The deadline came before the optimum, or the problem was too large to solve but nearly; the shares are the best found. */
  | { readonly code: 'not-optimal' }
  /** Figures that make no sense were left out. */
  | { readonly code: 'unusable-figures'; readonly count: number }
  /** Capacity is to be learnt and nothing was learnt yet: unlimited until then. */
  | { readonly code: 'capacity-unknown'; readonly origins: readonly OriginName[] };

/**
 * The pair for whoever reads its shares several times: those of a plan that another thread decided stay packed, and each reading
 * puts them together anew.
 */
export function unpackedPair(pair: PairPlan): PairPlan {
  return { ...pair };
}

/** Looks shares up by (load balancer, edge). */
export function pairsByKey(plan: Pick<Plan, 'pairs'> | null): ReadonlyMap<string, PairPlan> {
  return new Map((plan?.pairs ?? []).map((pair) => [`${pair.loadBalancer}/${pair.edge}`, pair]));
}
