import { AT_HELD, AT_LEAST, AT_MOST, BEYOND_HELD } from './arc-states.js';
import type { ArrayShelf } from './array-shelf.js';
import { Basis } from './basis.js';
import type { Network } from './network.js';
import { NONE } from './spanning-tree.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';

/** A flow to start from, and how little would make each source change it. */
export interface StartingFlow {
  readonly basis: Basis;
  /** By source: what a unit would lose by its next best way, at the prices it was settled by. */
  readonly reluctance: Float64Array;
  /** How much more or less comes into nodes than goes with their prices, as a part of all that sources may send otherwise. */
  readonly imbalance: number;
}

/**
 * Each source sends what it has as is best for it alone at these prices (by node from the first that is no source; what a
 * unit that comes in costs from there on), starting from what is held. The closer the prices, the closer to the optimum.
 *
 * All arcs of its tree lead towards the root and have room: the tree is strongly feasible.
 */
export function startingFlow(network: Network, prices: Float64Array, shelf: ArrayShelf): StartingFlow {
  const basis = new Basis(network, shelf);
  setPrices(basis, prices);
  const settling = new Settling(basis);
  settling.settleAll();
  const misplaced = fillAllBands(basis, settling.inflow);
  basis.tree.measure();
  return { basis, reluctance: settling.reluctance, imbalance: misplaced / totalSupply(network) };
}

function totalSupply({ sourceCount, supply }: Network): number {
  return supply.subarray(0, sourceCount).reduce((sum, ofSource) => sum + Math.max(0, ofSource), 0);
}

/** Nowhere higher than the last arcs cost on the way to the root: else excess would seem cheaper to a source. */
function setPrices({ network, tree }: Basis, prices: Float64Array): void {
  const { root, sourceCount, firstArc, to, costBeyond } = network;
  const highest = new Float64Array(root + 1);
  for (let node = root - 1; node >= sourceCount; node -= 1) {
    const last = intAt(firstArc, node + 1) - 1;
    highest[node] = floatAt(costBeyond, last) + floatAt(highest, intAt(to, last));
    tree.potentials[node] = -Math.min(floatAt(highest, node), floatAt(prices, node - sourceCount));
  }
}

/** Chooses the arcs of sources at fixed prices: a simplex that sees one source, and unlimited room behind its arcs. */
class Settling {
  readonly reluctance: Float64Array;
  /** By node that is no source: what comes in, and its supply. */
  readonly inflow: Float64Array;

  constructor(private readonly basis: Basis) {
    this.reluctance = new Float64Array(basis.network.sourceCount);
    this.inflow = basis.network.supply.slice();
  }

  settleAll(): void {
    for (let source = 0; source < this.reluctance.length; source += 1) {
      this.reluctance[source] = this.settle(source);
      this.addOutflow(source);
    }
  }

  /** Answers what the best arc that is not used would lose. */
  private settle(source: number): number {
    this.hold(source);
    for (;;) {
      const potential = this.basis.tree.potentialOf(source);
      const arc = this.basis.bestArcOf(source, potential, -Infinity);
      if (arc === NONE) return Number.MAX_VALUE;
      const worth = floatAt(this.basis.tree.potentials, intAt(this.basis.network.to, arc)) - potential;
      const byGrowing = worth - floatAt(this.basis.arcs.growCosts, arc);
      const byShrinking = floatAt(this.basis.arcs.shrinkCosts, arc) - worth;
      if (byGrowing > 0) this.grow(source, arc);
      else if (byShrinking > 0) this.shrink(source, arc);
      else return -Math.max(byGrowing, byShrinking);
    }
  }

  /** Fills arcs as far as they are held, unless rounding left the source a unit short; the rest is in excess. */
  private hold(source: number): void {
    const { arcs, tree, network } = this.basis;
    const { firstArc, widthToHeld } = network;
    const end = intAt(firstArc, source + 1);
    let left = Math.max(0, floatAt(network.supply, source));
    for (let arc = intAt(firstArc, source); arc < end; arc += 1) {
      const held = floatAt(widthToHeld, arc);
      arcs.rest(arc, held <= left ? AT_HELD : AT_LEAST);
      if (held <= left) left -= held;
    }
    tree.hang(source, network.root, NONE, network.excessCost, Infinity, left);
  }

  /** Sends by another arc what goes by the one in the tree, which rests when that is all. */
  private grow(source: number, arc: number): void {
    const { arcs, tree } = this.basis;
    const piece = byteAt(arcs.states, arc) + 1;
    const width = arcs.widthOf(arc, piece);
    const movable = floatAt(tree.roomsDown, source);
    if (width <= movable) {
      tree.send(source, intAt(tree.parents, source), -width);
      arcs.rest(arc, piece + 1);
    } else {
      const cost = floatAt(arcs.growCosts, arc);
      this.restTreeArc(source, -1);
      this.enter(source, arc, piece, cost, { roomUp: width - movable, roomDown: movable });
    }
  }

  private shrink(source: number, arc: number): void {
    const { arcs, tree } = this.basis;
    const piece = byteAt(arcs.states, arc) - 1;
    const width = arcs.widthOf(arc, piece);
    const movable = floatAt(tree.roomsUp, source);
    if (width < movable) {
      tree.send(source, intAt(tree.parents, source), width);
      arcs.rest(arc, piece - 1);
    } else {
      const cost = floatAt(arcs.shrinkCosts, arc);
      this.restTreeArc(source, 1);
      this.enter(source, arc, piece, cost, { roomUp: movable, roomDown: width - movable });
    }
  }

  private restTreeArc(source: number, step: number): void {
    const { arcs, tree } = this.basis;
    const arc = intAt(tree.parentArcs, source);
    if (arc !== NONE) arcs.rest(arc, byteAt(arcs.states, arc) + step);
  }

  private enter(source: number, arc: number, piece: number, cost: number, { roomUp, roomDown }: Rooms): void {
    const { arcs, tree, network } = this.basis;
    tree.hang(source, intAt(network.to, arc), arc, cost, roomUp, roomDown);
    arcs.enter(arc, piece);
  }

  private addOutflow(source: number): void {
    const { arcs, tree, network } = this.basis;
    const end = intAt(network.firstArc, source + 1);
    for (let arc = intAt(network.firstArc, source); arc < end; arc += 1) {
      const flow = arcs.flowBelow(arc);
      if (flow > 0) this.add(intAt(network.to, arc), flow);
    }
    if (intAt(tree.parentArcs, source) !== NONE) this.add(intAt(tree.parents, source), floatAt(tree.roomsDown, source));
  }

  private add(node: number, amount: number): void {
    this.inflow[node] = floatAt(this.inflow, node) + amount;
  }
}

interface Rooms {
  readonly roomUp: number;
  readonly roomDown: number;
}

/** Answers how much is more or less than what goes with the prices. */
function fillAllBands(basis: Basis, inflow: Float64Array): number {
  const { network, tree } = basis;
  let misplaced = 0;
  for (let node = network.sourceCount; node < network.root; node += 1) {
    const next = intAt(network.to, intAt(network.firstArc, node));
    const climbPrice = floatAt(tree.potentials, next) - floatAt(tree.potentials, node);
    misplaced += misplacedAt(network, node, floatAt(inflow, node), climbPrice);
    if (next < network.root) inflow[next] = floatAt(inflow, next) + floatAt(inflow, node);
    fillBands(basis, node, next, floatAt(inflow, node));
  }
  return misplaced;
}

/** At its price a node takes all that costs less, and nothing that costs more. */
function misplacedAt(network: Network, node: number, inflow: number, price: number): number {
  const { firstArc, widthBeyond, costBeyond } = network;
  const end = intAt(firstArc, node + 1);
  let least = 0;
  let most = 0;
  for (let arc = intAt(firstArc, node); arc < end && floatAt(costBeyond, arc) <= price; arc += 1) {
    most += floatAt(widthBeyond, arc);
    if (floatAt(costBeyond, arc) < price) least = most;
  }
  return Math.max(0, least - inflow, inflow - most);
}

/** Sends on what comes in, by the cheapest arcs first. The first that has room left is in the tree. */
function fillBands({ network, arcs, tree }: Basis, node: number, next: number, inflow: number): void {
  const { firstArc, widthBeyond, costBeyond } = network;
  const end = intAt(firstArc, node + 1);
  let arc = intAt(firstArc, node);
  let left = inflow;
  for (let width = floatAt(widthBeyond, arc); left >= width; width = floatAt(widthBeyond, arc)) {
    left -= width;
    arcs.rest(arc, AT_MOST);
    arc += 1;
  }
  arcs.enter(arc, BEYOND_HELD);
  tree.hang(node, next, arc, floatAt(costBeyond, arc), floatAt(widthBeyond, arc) - left, left);
  for (let above = arc + 1; above < end; above += 1) arcs.rest(above, AT_HELD);
}
