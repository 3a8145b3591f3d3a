import { AT_HELD, AT_LEAST, AT_MOST } from './arc-states.js';
import type { Basis } from './basis.js';
import type { ProblemColumns } from './problem-columns.js';
import { NONE } from './spanning-tree.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';
import { meetingShare, type WrittenNetwork } from './write-network.js';

/** What adding up shares may miss by calculating with doubles. */
const ROUNDING = 1e-12;

/** What pairs send. */
export interface PairShares {
  /** In the order of the columns. */
  readonly shares: Float64Array;
  /** By pair: what its shares miss of 1. */
  readonly missing: Float64Array;
  /** By pair: what they cost before routes and origins, in connection-milliseconds per second. */
  readonly costs: Float64Array;
}

/**
 * Writes down the shares that a flow means, of some pairs. An arc whose flow is where its cost bends or ends has exactly the
 * share of there; what is left of 1 goes to one between: shares are precise even for a pair so idle that its demand is few
 * units. Where a pair has no arc between, any that may takes what the units missed. Looks at flows only, not at the tree
 * they are told by.
 */
export function readShares(into: PairShares, pairs: Int32Array, written: WrittenNetwork, basis: Basis): void {
  const reader = new ShareReader(into, written, basis);
  for (let node = basis.network.sourceCount; node < basis.network.root; node += 1) reader.readTreeArc(node);
  for (const pair of pairs) reader.readTreeArc(pair);
  for (const pair of pairs) reader.readPair(pair);
}

class ShareReader {
  private readonly shares: Float64Array;
  /** By arc: 1 when its flow is neither where its cost bends nor where it ends. */
  private readonly isBetween: Uint8Array;
  private readonly columns: ProblemColumns;
  private readonly perConnection: number;
  private readonly halfInertiaMs: number;

  constructor(
    private readonly into: PairShares,
    { columns, units, halfInertiaMs }: WrittenNetwork,
    private readonly basis: Basis,
  ) {
    this.shares = into.shares;
    this.isBetween = new Uint8Array(columns.route.length);
    this.columns = columns;
    this.perConnection = units.perConnection;
    this.halfInertiaMs = halfInertiaMs;
  }

  /** All of a pair at once, while its arcs are at hand. */
  readPair(pair: number): void {
    const { firstArc } = this.columns;
    const start = intAt(firstArc, pair);
    const end = intAt(firstArc, pair + 1);
    let missing = this.readResting(start, end);
    if (missing !== 0) missing = this.close(start, end, missing);
    this.into.missing[pair] = missing;
    this.into.costs[pair] = this.costOf(pair, start, end);
  }

  /** Answers what the shares of a pair miss of 1. */
  private readResting(start: number, end: number): number {
    const { shares } = this;
    const { minShare, maxShare, heldShare } = this.columns;
    const { states } = this.basis.arcs;
    let missing = 1;
    for (let arc = start; arc < end; arc += 1) {
      const state = byteAt(states, arc);
      if (state === AT_HELD) {
        shares[arc] = meetingShare(floatAt(minShare, arc), floatAt(maxShare, arc), floatAt(heldShare, arc));
      } else if (state === AT_LEAST) shares[arc] = floatAt(minShare, arc);
      else if (state === AT_MOST) shares[arc] = floatAt(maxShare, arc);
      missing -= floatAt(shares, arc);
    }
    return missing;
  }

  readTreeArc(node: number): void {
    const { tree, arcs, network } = this.basis;
    const arc = intAt(tree.parentArcs, node);
    if (arc === NONE || arc >= this.shares.length) return;
    const leadsUp = node < network.sourceCount;
    const flow = leadsUp ? floatAt(tree.roomsDown, node) : floatAt(tree.roomsUp, node);
    const piece = byteAt(arcs.states, arc);
    if (flow === 0) {
      this.shares[arc] = this.shareAt(arc, piece - 1);
    } else if (flow === arcs.widthOf(arc, piece)) {
      this.shares[arc] = this.shareAt(arc, piece + 1);
    } else {
      const demand = floatAt(this.columns.demand, leadsUp ? node : intAt(tree.parents, node));
      const share = this.shareAt(arc, piece - 1) + flow / (demand * this.perConnection);
      this.shares[arc] = Math.min(floatAt(this.columns.maxShare, arc), share);
      this.isBetween[arc] = 1;
    }
  }

  /** Answers what shares of a pair still miss of 1 after some took what they could. */
  private close(start: number, end: number, open: number): number {
    let missing = open;
    for (let arc = start; arc < end; arc += 1) {
      if (byteAt(this.isBetween, arc) === 1) missing -= this.take(arc, missing);
    }
    for (let arc = start; arc < end && Math.abs(missing) > ROUNDING; arc += 1) missing -= this.take(arc, missing);
    return missing;
  }

  /** Before routes and origins. */
  private costOf(pair: number, start: number, end: number): number {
    const { shares, halfInertiaMs } = this;
    const { demand, costMs, uncertaintyMs, heldShare } = this.columns;
    const rate = floatAt(demand, pair);
    let cost = 0;
    for (let arc = start; arc < end; arc += 1) {
      const share = floatAt(shares, arc);
      const held = floatAt(heldShare, arc);
      if (!Number.isNaN(held)) cost += rate * (halfInertiaMs + floatAt(uncertaintyMs, arc)) * Math.abs(share - held);
      if (share !== 0) cost += rate * share * floatAt(costMs, arc);
    }
    return cost;
  }

  /** Lets an arc take more share, as far as its bounds allow; answers how much. */
  private take(arc: number, missing: number): number {
    const share = floatAt(this.shares, arc);
    const { minShare, maxShare } = this.columns;
    const taken = Math.min(floatAt(maxShare, arc), Math.max(floatAt(minShare, arc), share + missing));
    this.shares[arc] = taken;
    return taken - share;
  }

  private shareAt(arc: number, corner: number): number {
    const lowest = floatAt(this.columns.minShare, arc);
    if (corner === AT_LEAST) return lowest;
    const highest = floatAt(this.columns.maxShare, arc);
    if (corner === AT_MOST) return highest;
    return meetingShare(lowest, highest, floatAt(this.columns.heldShare, arc));
  }
}
