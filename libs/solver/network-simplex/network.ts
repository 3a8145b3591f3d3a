/**
 * A minimum-cost flow problem in flat arrays: every node sends its supply, and what comes in, towards the root.
 *
 * Flows, capacities, supplies and costs are integers kept in doubles, whose sums and differences are exact below 2^53. So
 * nothing here needs a tolerance, a tie is seen as a tie, and the simplex provably ends.
 *
 * Arcs lead from lower to higher nodes. Those of a node that is no source all lead to the same next one, in the order of
 * their costs, and the last has no limit. After the arcs proper there is, for each source, one excess arc straight to the
 * root, without limit and dearer than any other way: what it carries in the end has no other way.
 */
export interface Network {
  /** The last node; so also the number of the others. */
  readonly root: number;
  /** Nodes below this one are sources. */
  readonly sourceCount: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Infinity where there is no limit; never 0. */
  readonly capacity: Float64Array;
  readonly cost: Float64Array;
  /** By node; not negative. */
  readonly supply: Float64Array;
  /** The number of arcs proper, and so the excess arc of source 0. */
  readonly firstExcessArc: number;
  /** By node: its first arc, -1 for none. */
  readonly firstArc: Int32Array;
  /** By arc: the next one of the same node, -1 after the last. */
  readonly nextArc: Int32Array;
}

/** A feasible flow in which every arc outside of a spanning tree is empty or full. */
export interface StartingFlow {
  readonly flow: Float64Array;
  /** By node but the root: the arc of the tree that leads on from it. Has room. */
  readonly treeArc: Int32Array;
}
