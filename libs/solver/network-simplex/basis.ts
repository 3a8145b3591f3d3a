import type { ArcStates } from './arc-states.js';
import type { Network } from './network.js';
import { NONE, type SpanningTree } from './spanning-tree.js';
import { floatAt, intAt } from './typed-arrays.js';

/** A flow in which every arc outside of a spanning tree rests. */
export class Basis {
  constructor(
    readonly network: Network,
    readonly arcs: ArcStates,
    readonly tree: SpanningTree,
  ) {}

  /**
   * The arc of a node that gains most when its flow changes; NONE when none gains more than `least`. `potential` is the
   * node's.
   */
  bestArcOf(node: number, potential: number, least: number): number {
    const { firstArc, to } = this.network;
    const { growCosts, shrinkCosts } = this.arcs;
    const { potentials } = this.tree;
    const end = intAt(firstArc, node + 1);
    let best = NONE;
    let highest = least;
    for (let arc = intAt(firstArc, node); arc < end; arc += 1) {
      const worth = floatAt(potentials, intAt(to, arc)) - potential;
      const byGrowing = worth - floatAt(growCosts, arc);
      const byShrinking = floatAt(shrinkCosts, arc) - worth;
      if (byGrowing > highest) {
        highest = byGrowing;
        best = arc;
      }
      if (byShrinking > highest) {
        highest = byShrinking;
        best = arc;
      }
    }
    return best;
  }

  /** What a unit on an arc gains when it changes for the better (what costs NaN does not); `potential` is that of the node it leaves. */
  gainOf(arc: number, potential: number): number {
    const worth = floatAt(this.tree.potentials, intAt(this.network.to, arc)) - potential;
    const byGrowing = worth - floatAt(this.arcs.growCosts, arc);
    const byShrinking = floatAt(this.arcs.shrinkCosts, arc) - worth;
    return byGrowing > byShrinking || Number.isNaN(byShrinking) ? byGrowing : byShrinking;
  }

  /** Does an arc between a node and its parent leave the node? */
  leadsUp(node: number, arc: number): boolean {
    return arc >= intAt(this.network.firstArc, node) && arc < intAt(this.network.firstArc, node + 1);
  }
}
