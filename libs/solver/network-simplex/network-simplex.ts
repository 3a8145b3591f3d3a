import { BlockSearch } from './block-search.js';
import type { Network, StartingFlow } from './network.js';
import { SpanningTree } from './spanning-tree.js';
import { floatAt, intAt } from './typed-arrays.js';

/** A flow of least cost, and the node potentials that prove it. */
export interface OptimalFlow {
  /** By arc, excess arcs included. */
  readonly flow: Float64Array;
  /**
   * By node: what one unit more there would cost, negative; 0 at the root. It really is the price of more, not of less,
   * where the two differ: in a strongly feasible tree there is room from every node to the root.
   */
  readonly potential: Float64Array;
}

/** No arc's flow may shrink or grow but in the tree. */
const GROWS = 1;
const IN_TREE = 0;
const SHRINKS = -1;

/**
 * The primal network simplex. From a strongly feasible tree it stays with such trees, by the rule that chooses among
 * blocking arcs (Cunningham's), and so never returns to one: it ends.
 *
 * R. K. Ahuja, T. L. Magnanti, J. B. Orlin: Network Flows, 1993, chapter 11; P. Kovács: Minimum-cost flow algorithms: an
 * experimental evaluation, 2015, for what is fast in practice.
 *
 * Answers null when it has not ended after `maxPivots`.
 */
export function minimumCostFlow(network: Network, start: StartingFlow, maxPivots: number): OptimalFlow | null {
  const simplex = new NetworkSimplex(network, start);
  const pricing = new BlockSearch(network);
  for (let pivots = 0; pivots <= maxPivots; pivots += 1) {
    const entering = pricing.findEnteringArc(simplex.direction, simplex.tree.potential);
    if (entering === -1) return { flow: simplex.flow, potential: simplex.tree.potential };
    simplex.pivot(entering);
  }
  return null;
}

/** The cycle that an entering arc closes with the tree. Flow goes up from the head, over the join, down to the tail. */
interface Cycle {
  readonly entering: number;
  /** Where flow enters the arc, and where it leaves it. */
  readonly tail: number;
  readonly head: number;
  readonly join: number;
}

/** How much can go around, and the node below the arc that allows no more; -1 for the entering arc itself. */
interface Blocking {
  readonly amount: number;
  readonly node: number;
  readonly isBelowTail: boolean;
}

class NetworkSimplex {
  readonly flow: Float64Array;
  readonly tree: SpanningTree;
  /** By arc: 1 if its flow may grow, -1 if it may shrink, 0 in the tree. */
  readonly direction: Int32Array;

  constructor(
    private readonly network: Network,
    start: StartingFlow,
  ) {
    this.flow = start.flow.slice();
    this.tree = new SpanningTree(network, start.treeArc);
    this.direction = new Int32Array(this.flow.length);
    this.flow.forEach((flow, arc) => {
      this.direction[arc] = flow === 0 ? GROWS : SHRINKS;
    });
    for (const arc of start.treeArc) this.direction[arc] = IN_TREE;
  }

  pivot(entering: number): void {
    const cycle = this.cycleOf(entering);
    const blocking = this.findBlocking(cycle);
    this.augment(cycle, blocking.amount);
    if (blocking.node === -1) this.direction[entering] = -intAt(this.direction, entering);
    else this.exchange(cycle, blocking);
  }

  private cycleOf(entering: number): Cycle {
    const from = intAt(this.network.from, entering);
    const to = intAt(this.network.to, entering);
    const join = this.tree.joinOf(from, to);
    return intAt(this.direction, entering) === GROWS
      ? { entering, tail: from, head: to, join }
      : { entering, tail: to, head: from, join };
  }

  /** Among arcs that block alike, the last one along the cycle from the join leaves: so the tree stays strongly feasible. */
  private findBlocking({ entering, tail, head, join }: Cycle): Blocking {
    const { parent } = this.tree;
    let blocking: Blocking = { amount: floatAt(this.network.capacity, entering), node: -1, isBelowTail: false };
    for (let node = tail; node !== join; node = intAt(parent, node)) {
      const amount = this.roomDown(node);
      if (amount < blocking.amount) blocking = { amount, node, isBelowTail: true };
    }
    for (let node = head; node !== join; node = intAt(parent, node)) {
      const amount = this.roomUp(node);
      if (amount <= blocking.amount) blocking = { amount, node, isBelowTail: false };
    }
    return blocking;
  }

  private augment({ entering, tail, head, join }: Cycle, amount: number): void {
    if (amount === 0) return;
    const { parent } = this.tree;
    this.add(entering, intAt(this.direction, entering) * amount);
    for (let node = tail; node !== join; node = intAt(parent, node)) this.addUp(node, -amount);
    for (let node = head; node !== join; node = intAt(parent, node)) this.addUp(node, amount);
  }

  /** The entering arc takes the place of the blocking one in the tree. */
  private exchange({ entering, tail, head }: Cycle, { node, isBelowTail }: Blocking): void {
    const leaving = intAt(this.tree.parentArc, node);
    this.direction[leaving] = floatAt(this.flow, leaving) === 0 ? GROWS : SHRINKS;
    this.direction[entering] = IN_TREE;
    if (isBelowTail) this.tree.rehang(node, tail, head, entering);
    else this.tree.rehang(node, head, tail, entering);
  }

  /** How much more can go from a node to its parent. */
  private roomUp(node: number): number {
    const arc = intAt(this.tree.parentArc, node);
    const flow = floatAt(this.flow, arc);
    return this.tree.leadsUp(node) ? floatAt(this.network.capacity, arc) - flow : flow;
  }

  /** How much more can go to a node from its parent. */
  private roomDown(node: number): number {
    const arc = intAt(this.tree.parentArc, node);
    const flow = floatAt(this.flow, arc);
    return this.tree.leadsUp(node) ? flow : floatAt(this.network.capacity, arc) - flow;
  }

  /** Lets more go from a node to its parent. */
  private addUp(node: number, amount: number): void {
    this.add(intAt(this.tree.parentArc, node), this.tree.leadsUp(node) ? amount : -amount);
  }

  private add(arc: number, amount: number): void {
    this.flow[arc] = floatAt(this.flow, arc) + amount;
  }
}
