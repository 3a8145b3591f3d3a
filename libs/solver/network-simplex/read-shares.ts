import type { Problem } from '#core/formulate/problem.js';
import { AT_HELD, AT_LEAST, AT_MOST } from './arc-states.js';
import type { Basis } from './basis.js';
import type { ProblemColumns } from './problem-columns.js';
import { NONE } from './spanning-tree.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';
import { meetingShare, type WrittenNetwork } from './write-network.js';

/** What adding up shares may miss by calculating with doubles. */
const ROUNDING = 1e-12;

export interface ReadShares {
  /** In the order of the columns. */
  readonly shares: Float64Array;
  /** The most by which the shares of a pair miss 1. */
  readonly mostMissing: number;
  /** What they cost before routes and origins, in connection-milliseconds per second. */
  readonly cost: number;
  /** By route: connections per second. */
  readonly routeFlows: Float64Array;
}

/**
 * The shares that a flow means. An arc whose flow is where its cost bends or ends has exactly the share of there; what is
 * left of 1 goes to one between: shares are precise even for a pair so idle that its demand is few units. Where a pair
 * has no arc between, any that may takes what the units missed. Looks at flows only, not at the tree they are told by.
 */
export function readShares(
  problem: Problem,
  columns: ProblemColumns,
  { units }: WrittenNetwork,
  basis: Basis,
): ReadShares {
  const reader = new ShareReader(problem, columns, basis, units.perConnection);
  reader.readTree();
  reader.readPairs();
  return reader;
}

class ShareReader implements ReadShares {
  readonly shares: Float64Array;
  readonly routeFlows: Float64Array;
  mostMissing = 0;
  cost = 0;
  /** By arc: 1 when its flow is neither where its cost bends nor where it ends. */
  private readonly isBetween: Uint8Array;
  private readonly halfInertiaMs: number;

  constructor(
    problem: Problem,
    private readonly columns: ProblemColumns,
    private readonly basis: Basis,
    private readonly perConnection: number,
  ) {
    this.halfInertiaMs = problem.inertiaMs / 2;
    this.routeFlows = new Float64Array(problem.routes.length);
    this.shares = new Float64Array(columns.route.length);
    this.isBetween = new Uint8Array(columns.route.length);
  }

  readTree(): void {
    for (let node = 0; node < this.basis.network.root; node += 1) this.readTreeArc(node);
  }

  /** All of a pair at once, while its arcs are at hand. */
  readPairs(): void {
    const { firstArc, demand } = this.columns;
    for (let pair = 0; pair < demand.length; pair += 1) {
      const start = intAt(firstArc, pair);
      const end = intAt(firstArc, pair + 1);
      let missing = this.readResting(start, end);
      if (missing !== 0) missing = this.close(start, end, missing);
      this.mostMissing = Math.max(this.mostMissing, Math.abs(missing));
      this.cost += this.addFlows(floatAt(demand, pair), start, end);
    }
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

  private readTreeArc(node: number): void {
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

  /** Adds what flows to routes; answers what it costs on the way there. */
  private addFlows(demand: number, start: number, end: number): number {
    const { shares, routeFlows, halfInertiaMs } = this;
    const { route, costMs, uncertaintyMs, heldShare } = this.columns;
    let cost = 0;
    for (let arc = start; arc < end; arc += 1) {
      const share = floatAt(shares, arc);
      const held = floatAt(heldShare, arc);
      if (!Number.isNaN(held)) cost += demand * (halfInertiaMs + floatAt(uncertaintyMs, arc)) * Math.abs(share - held);
      if (share === 0) continue;
      const at = intAt(route, arc);
      cost += demand * share * floatAt(costMs, arc);
      routeFlows[at] = floatAt(routeFlows, at) + demand * share;
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
