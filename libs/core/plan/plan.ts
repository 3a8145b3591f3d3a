import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/** What one cycle decided: every share, and why each changed. Plain data; it is stored and replayed as JSON. */
export interface Plan {
  readonly decidedAtMs: number;
  /** Ordered by load balancer, then edge. */
  readonly pairs: readonly PairPlan[];
  /** Ordered by name. */
  readonly origins: readonly OriginOutlook[];
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
}

/**
 * Why a share is what it is. `initial`, `ineligible`, `fail-open` and `unserved` are the exemptions from the damping bound.
 *
 * - `initial`: there was no plan for this pair before, or only one made before any latency was measured.
 * - `ineligible`: an origin became unhealthy, draining, disabled or was taken out: its share left at once, or arrived here from there.
 * - `damped`: an ordinary move, within the bound.
 * - `held`: left where it was, because nothing better was worth the move.
 * - `stale`: left where it was, because what is known of the pair is too old.
 * - `fail-open`: no origin is healthy from this edge; spread by capacity rather than refuse everybody.
 * - `unserved`: operators left no origin in use; nothing may serve.
 */
export type ShareReason = 'initial' | 'ineligible' | 'damped' | 'held' | 'stale' | 'fail-open' | 'unserved';

export interface OriginOutlook {
  readonly origin: OriginName;
  /** Connections per second; `null` when unlimited. */
  readonly capacity: number | null;
  /** Measured before the decision, and expected once its shares are in force; connections per second. */
  readonly measuredLoad: number;
  readonly expectedLoad: number;
}

/** Something an operator should know about the decision as a whole. */
export type Notice =
  /** Even with the new shares these origins are expected above their capacity: not yet drained, or nowhere else to go. */
  | { readonly code: 'overload'; readonly origins: readonly OriginName[] }
  | { readonly code: 'mass-silence'; readonly silentEdges: readonly EdgeName[] }
  | { readonly code: 'fail-open'; readonly loadBalancer: LoadBalancerName; readonly edges: readonly EdgeName[] };

/** Looks shares up by (load balancer, edge). */
export function pairsByKey(plan: Plan | null): ReadonlyMap<string, PairPlan> {
  return new Map((plan?.pairs ?? []).map((pair) => [`${pair.loadBalancer}/${pair.edge}`, pair]));
}
