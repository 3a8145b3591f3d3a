import { AT_HELD, AT_LEAST } from './arc-states.js';
import type { Basis } from './basis.js';
import { NONE } from './spanning-tree.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';

/** Chooses the arcs of sources at fixed prices: a simplex that sees one source, and unlimited room behind its arcs. */
export class Settling {
  constructor(private readonly basis: Basis) {}

  /** In the end the basis was asked, and the source would gain nothing. */
  settle(source: number): void {
    const { basis } = this;
    this.hold(source);
    for (;;) {
      basis.ask(source, basis.tree.potentialOf(source), -Infinity);
      const isToGrow = basis.gainByGrowing >= basis.gainByShrinking;
      if (isToGrow && basis.gainByGrowing > 0) this.grow(source, basis.growing);
      else if (basis.gainByShrinking > 0) this.shrink(source, basis.shrinking);
      else return;
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
      const cost = floatAt(arcs.costs, 2 * arc);
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
      const cost = floatAt(arcs.costs, 2 * arc + 1);
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
}

interface Rooms {
  readonly roomUp: number;
  readonly roomDown: number;
}
