import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';

/**
 * The assignment problem of one cycle, as a network: each pair's demand flows over its arcs into routes, and over the
 * routes into origins. References between the lists are indices.
 *
 *     pair (l,e) --arc, share s--> route (l,o) --bands--> origin o --bands--> served
 *
 * Minimise  Σ demand·share·costMs  +  Σ bands(route flow)  +  Σ bands(origin flow)  +  Σ connectionBands(origin's open connections)
 *           +  Σ demand·|share − heldShare|·(inertiaMs / 2 + uncertaintyMs)
 * subject to  Σ share = 1 for each pair,  minShare ≤ share ≤ maxShare for each arc,
 * with  an origin's open connections = Σ route flow · connectionSeconds  (Little's law).
 *
 * Without connection bands it is a minimum-cost flow; with them it is a linear program only.
 *
 * It is feasible by construction: bounds always admit shares that sum to 1, and the last band of each list is unlimited.
 */
export interface Problem {
  readonly pairs: readonly Pair[];
  readonly arcs: ArcColumns;
  readonly routes: readonly Route[];
  readonly origins: readonly OriginNode[];
  /** What moving one connection must at least save beyond the uncertainty of the two arcs, in ms. */
  readonly inertiaMs: number;
}

export interface Pair {
  readonly loadBalancer: LoadBalancerName;
  readonly edge: EdgeName;
  /** New connections per second; positive, since an idle pair gets a nominal demand. */
  readonly demand: number;
}

/**
 * The arcs of a problem pair by pair, one column for each figure: a million objects take longer to make and to read than
 * the problem takes to solve. Nobody changes them once they are written.
 */
export interface ArcColumns {
  /** By pair: its first arc; so its last one is before the first of the next. One more than there are pairs. */
  readonly firstArc: Int32Array;
  readonly route: Int32Array;
  readonly costMs: Float64Array;
  readonly uncertaintyMs: Float64Array;
  readonly minShare: Float64Array;
  readonly maxShare: Float64Array;
  /** NaN for an arc that is held nowhere. */
  readonly heldShare: Float64Array;
}

/** One row of the columns. */
export interface Arc {
  readonly pair: number;
  readonly route: number;
  readonly costMs: number;
  /** How well the cost is known: a smaller difference means nothing. 0 when left out. */
  readonly uncertaintyMs?: number;
  readonly minShare: number;
  readonly maxShare: number;
  /** Where the share rests when nothing pulls: the current share moved into the bounds; `null` for a pair without a plan. */
  readonly heldShare: number | null;
}

export interface Route {
  readonly loadBalancer: LoadBalancerName;
  readonly origin: number;
  /** Empty when the route has no limit of its own. */
  readonly bands: readonly Band[];
  /** How long a connection stays open. Counts only where the origin has connection bands. */
  readonly connectionSeconds: number;
}

export interface OriginNode {
  readonly origin: OriginName;
  /** Empty when the capacity is unlimited. */
  readonly bands: readonly Band[];
  /**
   * A second capacity, of connections open at once: widths are connections, costs ms per open connection. Empty when there
   * is none of its own, as where all connections last alike: then it is a limit of the rate, and in `bands`.
   */
  readonly connectionBands: readonly Band[];
}

/** One piece of a convex, piecewise linear cost; costs grow from band to band. */
export interface Band {
  /** Connections per second (or open connections) that fit; `null` in the last band, which takes the rest. */
  readonly width: number | null;
  readonly costMs: number;
}
