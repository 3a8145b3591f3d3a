import type { ArrayShelf } from './array-shelf.js';

/**
 * A minimum-cost flow problem in flat arrays: every node sends its supply, and what comes in, towards the root.
 *
 * An arc's cost bends where it is held: it has one piece up to there and one beyond, each with its width and its cost per
 * unit, the second not less than the first. Either may be of width 0.
 *
 * Flows, widths, supplies and costs are integers kept in doubles, whose sums and differences are exact below 2^53. So
 * nothing here needs a tolerance, a tie is seen as a tie, and the simplex provably ends.
 *
 * Arcs are grouped by the node they leave, and lead to higher nodes. Those of a node that is no source all lead to the same
 * next one, in the order of their costs, have a piece beyond only, and the last has no limit.
 */
export interface Network {
  /** The last node; so also the number of the others. */
  readonly root: number;
  /** Nodes below this one are sources: nothing comes in. */
  readonly sourceCount: number;
  /** By node: its first arc; so its last one is before the first of the next. For the root: the number of arcs. */
  readonly firstArc: Int32Array;
  /** By arc: where it leads to. */
  readonly to: Int32Array;
  readonly widthToHeld: Float64Array;
  /** Infinity where there is no limit. */
  readonly widthBeyond: Float64Array;
  readonly costToHeld: Float64Array;
  readonly costBeyond: Float64Array;
  /** By node but the root. Negative only at a source whose lower bounds exceed all it has. */
  readonly supply: Float64Array;
  /** What a unit costs that a source cannot send over its arcs: more than any other way to the root. */
  readonly excessCost: number;
}

interface NetworkSize extends Pick<Network, 'root' | 'sourceCount' | 'excessCost'> {
  readonly arcs: number;
}

/** Arrays for a network of this size. Nothing is in them yet, but that nodes that are no sources have no supply. */
export function borrowNetwork({ root, sourceCount, excessCost, arcs }: NetworkSize, shelf: ArrayShelf): Network {
  return {
    root,
    sourceCount,
    excessCost,
    firstArc: shelf.ints(root + 1),
    to: shelf.ints(arcs),
    widthToHeld: shelf.floats(arcs),
    widthBeyond: shelf.floats(arcs),
    costToHeld: shelf.floats(arcs),
    costBeyond: shelf.floats(arcs),
    supply: shelf.floats(root).fill(0),
  };
}
