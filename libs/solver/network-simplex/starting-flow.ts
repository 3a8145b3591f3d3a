import type { Network, StartingFlow } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

/**
 * A good flow to start from: first what `heldArcs` (-1 for none) carry when nothing moves, then the rest of each source by
 * its cheapest arcs at the prices of the moment. Close to optimal, since little changes from cycle to cycle.
 *
 * All arcs of its tree lead towards the root and have room: the tree is strongly feasible.
 */
export function startingFlow(network: Network, heldArcs: Int32Array): StartingFlow {
  const pouring = new Pouring(network);
  for (let node = network.sourceCount; node < network.root; node += 1) {
    pouring.carryOn(node, floatAt(network.supply, node));
  }
  for (const arc of heldArcs) {
    if (arc >= 0) pouring.hold(arc);
  }
  for (let source = 0; source < network.sourceCount; source += 1) pouring.pour(source);
  return pouring;
}

class Pouring implements StartingFlow {
  readonly flow: Float64Array;
  /** By node that is no source: the first arc with room, whose cost is the price of the moment. */
  readonly treeArc: Int32Array;
  /** By source: what of its supply has no way yet. */
  private readonly left: Float64Array;

  constructor(private readonly network: Network) {
    this.flow = new Float64Array(network.from.length);
    this.treeArc = network.firstArc.slice();
    this.left = network.supply.slice(0, network.sourceCount);
  }

  /** Fills an arc, unless rounding left its source a unit short: half full, it would have to be in the tree. */
  hold(arc: number): void {
    if (floatAt(this.left, intAt(this.network.from, arc)) >= this.roomOf(arc)) this.send(arc);
  }

  /** Sends the rest of a source. The last arc, which has room left, becomes its arc in the tree. */
  pour(source: number): void {
    let arc: number;
    do {
      arc = this.cheapestArc(source);
      this.send(arc);
    } while (this.roomOf(arc) === 0);
    this.treeArc[source] = arc;
  }

  /** Sends an amount from a node that is no source to the root. */
  carryOn(start: number, amount: number): void {
    for (let node = start; node !== this.network.root; node = intAt(this.network.to, intAt(this.treeArc, node))) {
      this.fill(node, amount);
    }
  }

  /** Sends as much over an arc as its source has and it takes. */
  private send(arc: number): void {
    const { from, to } = this.network;
    const source = intAt(from, arc);
    const left = floatAt(this.left, source);
    const amount = Math.min(left, this.roomOf(arc));
    this.left[source] = left - amount;
    this.add(arc, amount);
    this.carryOn(intAt(to, arc), amount);
  }

  private fill(node: number, amount: number): void {
    let left = amount;
    let arc = intAt(this.treeArc, node);
    for (let room = this.roomOf(arc); left >= room; room = this.roomOf(arc)) {
      this.add(arc, room);
      left -= room;
      arc = intAt(this.network.nextArc, arc);
    }
    this.add(arc, left);
    this.treeArc[node] = arc;
  }

  private cheapestArc(source: number): number {
    const { firstArc, nextArc, firstExcessArc, cost, to } = this.network;
    let cheapest = firstExcessArc + source;
    let lowest = Infinity;
    for (let arc = intAt(firstArc, source); arc >= 0; arc = intAt(nextArc, arc)) {
      if (this.roomOf(arc) === 0) continue;
      const price = floatAt(cost, arc) + this.priceAt(intAt(to, arc));
      if (price >= lowest) continue;
      lowest = price;
      cheapest = arc;
    }
    return cheapest;
  }

  private priceAt(start: number): number {
    const { root, to, cost } = this.network;
    let price = 0;
    for (let node = start; node !== root; node = intAt(to, intAt(this.treeArc, node))) {
      price += floatAt(cost, intAt(this.treeArc, node));
    }
    return price;
  }

  private roomOf(arc: number): number {
    return floatAt(this.network.capacity, arc) - floatAt(this.flow, arc);
  }

  private add(arc: number, amount: number): void {
    this.flow[arc] = floatAt(this.flow, arc) + amount;
  }
}
