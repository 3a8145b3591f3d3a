import type { Basis } from './basis.js';
import type { Reluctance } from './reluctance.js';
import { NONE } from './spanning-tree.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';

export interface PivotLimits {
  readonly maxPivots: number;
  /** Asked now and then; once it says so, the flow stays as it is. */
  readonly isOver: () => boolean;
}

export interface Optimised {
  readonly ending: 'optimal' | 'over' | 'too-many-pivots';
  /** Nodes that could change an arc for nothing. */
  readonly tied: readonly number[];
}

/** Between no gain and the least one: all figures are integers. */
const HALF_A_UNIT = 0.5;

const PIVOTS_BETWEEN_QUESTIONS = 1_000;

/**
 * Blocks are this part of the square root of the number of arcs, which P. Kovács proposes for arcs of their own: here the
 * candidates of a block are the best arcs of whole nodes. Of smaller blocks more nodes change at once, while prices are
 * fresh: after a warm start half as many as with four times as large ones, from an estimate about as many.
 */
const BLOCKS_PER_ROOT = 16;

/** More would settle among themselves what all settle better. */
const MOST_TURNS_OF_GAINING = 4;

/**
 * The primal network simplex, from a strongly feasible tree. It stays with such trees, by the rule that chooses among
 * blocking arcs (Cunningham's), and so never returns to one: it ends. In the end potentials are what one unit more at a
 * node would cost, negative: of more, not of less, where the two differ, as there is room from every node to the root.
 *
 * Nodes are asked in turn, in blocks, for the arc that gains most: first those in front, then those in the back, and
 * each time those again that had something to gain. Let those be in front that are likely to change. Who is known to be too
 * reluctant is passed over.
 *
 * R. K. Ahuja, T. L. Magnanti, J. B. Orlin: Network Flows, 1993, chapter 11; P. Kovács: Minimum-cost flow algorithms: an
 * experimental evaluation, 2015, for the size of blocks.
 */
export function optimise(basis: Basis, { front, back, reluctance }: Asking, limits: PivotLimits): Optimised {
  const simplex = new NetworkSimplex(basis, reluctance, limits);
  for (;;) {
    const inFront = simplex.askUntilSettled(front);
    const inBack = simplex.askUntilSettled(back);
    if (!inFront.hasChanged && !inBack.hasChanged) {
      return { ending: simplex.ending, tied: inFront.tied.concat(inBack.tied) };
    }
  }
}

/** Whom to ask, in which order. */
export interface Asking {
  readonly front: Int32Array;
  readonly back: Int32Array;
  /** Null when nothing is known. */
  readonly reluctance: Reluctance | null;
}

interface Asked {
  readonly hasChanged: boolean;
  /** Those that had something to gain when they were asked. */
  readonly gaining: Int32Array;
  readonly tied: readonly number[];
}

/** How much can go around, and the node below the arc that allows no more; NONE for the entering arc itself. */
interface Blocking {
  readonly amount: number;
  readonly node: number;
  readonly isBelowTail: boolean;
}

class NetworkSimplex {
  ending: Optimised['ending'] = 'optimal';
  private readonly blockSize: number;
  private pivots = 0;

  constructor(
    private readonly basis: Basis,
    private readonly reluctance: Reluctance | null,
    private readonly limits: PivotLimits,
  ) {
    this.blockSize = Math.sqrt(basis.network.to.length) / BLOCKS_PER_ROOT;
  }

  /** Answers what the first turn came to; later ones are among those who had something to gain. */
  askUntilSettled(nodes: Int32Array): Asked {
    const first = this.ask(this.reluctance?.unsettledOf(nodes) ?? nodes);
    let last = first;
    for (let turn = 0; turn < MOST_TURNS_OF_GAINING && last.hasChanged; turn += 1) last = this.ask(last.gaining);
    return first;
  }

  /** Changes what gains most in each block that has anything to gain. */
  private ask(nodes: Int32Array): Asked {
    const { basis } = this;
    const { firstArc } = basis.network;
    const before = this.pivots;
    const tied: number[] = [];
    const gaining: number[] = [];
    let [best, bestArc, bestGain] = [NONE, NONE, 0];
    let seen = 0;
    for (const node of nodes) {
      basis.ask(node, basis.tree.potentialOf(node), -HALF_A_UNIT);
      const gain = Math.max(basis.gainByGrowing, basis.gainByShrinking);
      if (gain > 0) gaining.push(node);
      else if (gain === 0) tied.push(node);
      if (gain > bestGain) {
        bestGain = gain;
        best = node;
        bestArc = gain === basis.gainByGrowing ? basis.growing : basis.shrinking;
      }
      seen += intAt(firstArc, node + 1) - intAt(firstArc, node);
      if (seen < this.blockSize) continue;
      seen = 0;
      if (best !== NONE) this.pivot(best, bestArc);
      [best, bestGain] = [NONE, 0];
    }
    if (best !== NONE) this.pivot(best, bestArc);
    return { hasChanged: this.pivots > before, gaining: Int32Array.from(gaining), tied };
  }

  private isAtEnd(): boolean {
    if (this.ending !== 'optimal') return true;
    if (this.pivots >= this.limits.maxPivots) this.ending = 'too-many-pivots';
    else if (this.pivots % PIVOTS_BETWEEN_QUESTIONS === 0 && this.limits.isOver()) this.ending = 'over';
    return this.ending !== 'optimal';
  }

  /**
   * Sends as much as possible around the cycle that an arc closes with the tree. Flow enters the arc at the tail, leaves it
   * at the head, goes up from there, over the join, and down to the tail.
   */
  private pivot(from: number, arc: number): void {
    if (this.isAtEnd()) return;
    this.pivots += 1;
    if (from < this.basis.network.sourceCount) this.reluctance?.forget(from);
    const { arcs, tree, network } = this.basis;
    const to = intAt(network.to, arc);
    const growCost = floatAt(arcs.costs, 2 * arc);
    const grows = floatAt(tree.potentials, to) - tree.potentialOf(from) > growCost;
    const step = grows ? 1 : -1;
    const piece = byteAt(arcs.states, arc) + step;
    const [tail, head] = grows ? [from, to] : [to, from];
    const join = tree.joinOf(tail, head);
    const blocking = this.findBlocking(tail, head, join, arcs.widthOf(arc, piece));
    if (blocking.amount > 0) {
      tree.send(tail, join, -blocking.amount);
      tree.send(head, join, blocking.amount);
    }
    if (blocking.node === NONE) {
      arcs.rest(arc, piece + step);
      return;
    }
    const cost = grows ? growCost : floatAt(arcs.costs, 2 * arc + 1);
    this.restTreeArc(blocking);
    arcs.enter(arc, piece);
    this.hangBy(arc, piece, { tail, head, cost, grows, blocking });
  }

  /** Among arcs that block alike, the last one along the cycle from the join leaves: so the tree stays strongly feasible. */
  private findBlocking(tail: number, head: number, join: number, width: number): Blocking {
    const { parents, roomsUp, roomsDown } = this.basis.tree;
    let [amount, at, isBelowTail] = [width, NONE, false];
    for (let node = tail; node !== join; node = intAt(parents, node)) {
      const room = floatAt(roomsDown, node);
      if (room < amount) [amount, at, isBelowTail] = [room, node, true];
    }
    for (let node = head; node !== join; node = intAt(parents, node)) {
      const room = floatAt(roomsUp, node);
      if (room <= amount) [amount, at, isBelowTail] = [room, node, false];
    }
    return { amount, node: at, isBelowTail };
  }

  /** What blocked on the way up is full if it leads up, and empty if it leads down. */
  private restTreeArc({ node, isBelowTail }: Blocking): void {
    const { arcs, tree } = this.basis;
    const arc = intAt(tree.parentArcs, node);
    if (arc === NONE) return;
    const isFull = this.basis.leadsUp(node, arc) !== isBelowTail;
    arcs.rest(arc, byteAt(arcs.states, arc) + (isFull ? 1 : -1));
  }

  /** The entering arc takes the place of the blocking one in the tree. */
  private hangBy(arc: number, piece: number, { tail, head, cost, grows, blocking }: Entering): void {
    const { arcs, tree } = this.basis;
    const { amount, node: top, isBelowTail } = blocking;
    const rest = arcs.widthOf(arc, piece) - amount;
    // Towards the head there is room for the rest, and back for what has been sent.
    const climbCost = grows ? cost : -cost;
    if (isBelowTail) tree.rehang(top, tail, head, arc, climbCost, rest, amount);
    else tree.rehang(top, head, tail, arc, -climbCost, amount, rest);
  }
}

interface Entering {
  readonly tail: number;
  readonly head: number;
  readonly cost: number;
  readonly grows: boolean;
  readonly blocking: Blocking;
}
