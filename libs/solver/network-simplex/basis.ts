import type { ArcStates } from './arc-states.js';
import type { Network } from './network.js';
import { NONE, type SpanningTree } from './spanning-tree.js';
import { floatAt, intAt } from './typed-arrays.js';

/** A flow in which every arc outside of a spanning tree rests. */
export class Basis {
  /** The last answers of `ask`: the arc on which one unit more gains most, and how much; and the same of one unit less. */
  growing = NONE;
  gainByGrowing = -Infinity;
  shrinking = NONE;
  gainByShrinking = -Infinity;

  constructor(
    readonly network: Network,
    readonly arcs: ArcStates,
    readonly tree: SpanningTree,
  ) {}

  /**
   * What a node would gain by changing the flow of one of its arcs, if more than `least`. `potential` is the node's. Answers
   * in fields, as it is asked so often.
   */
  ask(node: number, potential: number, least: number): void {
    const { firstArc, to } = this.network;
    const { costs } = this.arcs;
    const { potentials } = this.tree;
    const end = intAt(firstArc, node + 1);
    let growing = NONE;
    let shrinking = NONE;
    let byGrowing = least;
    let byShrinking = least;
    for (let arc = intAt(firstArc, node); arc < end; arc += 1) {
      const worth = floatAt(potentials, intAt(to, arc)) - potential;
      const more = worth - floatAt(costs, 2 * arc);
      const less = floatAt(costs, 2 * arc + 1) - worth;
      if (more > byGrowing) {
        byGrowing = more;
        growing = arc;
      }
      if (less > byShrinking) {
        byShrinking = less;
        shrinking = arc;
      }
    }
    this.growing = growing;
    this.gainByGrowing = byGrowing;
    this.shrinking = shrinking;
    this.gainByShrinking = byShrinking;
  }

  /** Does an arc between a node and its parent leave the node? */
  leadsUp(node: number, arc: number): boolean {
    return arc >= intAt(this.network.firstArc, node) && arc < intAt(this.network.firstArc, node + 1);
  }
}
