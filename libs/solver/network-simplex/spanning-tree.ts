import type { ArrayShelf } from './array-shelf.js';
import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

/** No node, no arc. In the tree: the excess arc of a source. */
export const NONE = -1;

/** Deeper than any tree: so a walk up towards another node always starts at the leaf. */
const DEPTH_OF_LEAVES = 2 ** 30;

/**
 * The basis: a spanning tree hung from the root. Potentials make the reduced cost  cost + potential[from] - potential[to]
 * of every arc in the tree 0; the root's is 0.
 *
 * Most sources are leaves, and there are many below each other node. So only sources that have children are in the list of
 * their parent's children (doubly linked, so that a subtree is moved in the time it takes to walk it), and only their
 * depth and potential are kept up to date; the potential of a leaf follows from its parent's.
 */
export class SpanningTree {
  readonly parents: Int32Array;
  /** By node: the arc between it and its parent. */
  readonly parentArcs: Int32Array;
  /** By node: what it costs to send a unit up to its parent. */
  readonly climbCosts: Float64Array;
  /** By node: how much more can go up to its parent, and how much down from there. */
  readonly roomsUp: Float64Array;
  readonly roomsDown: Float64Array;
  /** Out of date for leaves that are sources. */
  readonly potentials: Float64Array;
  private readonly depths: Int32Array;
  private readonly firstChild: Int32Array;
  private readonly nextSibling: Int32Array;
  private readonly previousSibling: Int32Array;
  private readonly sourceCount: number;

  constructor({ root, sourceCount }: Network, shelf: ArrayShelf) {
    const size = root + 1;
    this.sourceCount = sourceCount;
    this.parents = shelf.ints(size).fill(NONE);
    this.parentArcs = shelf.ints(size).fill(NONE);
    this.climbCosts = shelf.floats(size);
    this.roomsUp = shelf.floats(size);
    this.roomsDown = shelf.floats(size);
    this.potentials = shelf.floats(size).fill(0);
    this.depths = shelf.ints(size).fill(0).fill(DEPTH_OF_LEAVES, 0, sourceCount);
    this.firstChild = shelf.ints(size).fill(NONE);
    this.nextSibling = shelf.ints(size).fill(NONE);
    this.previousSibling = shelf.ints(size).fill(NONE);
  }

  potentialOf(node: number): number {
    return this.isLeafSource(node) ? this.potentialByParent(node) : floatAt(this.potentials, node);
  }

  hasChildren(node: number): boolean {
    return intAt(this.firstChild, node) !== NONE;
  }

  /** Takes the tree apart but for the leaves that are sources, and keeps the potentials of all others. */
  takeApart(): void {
    this.firstChild.fill(NONE);
    this.depths.fill(0).fill(DEPTH_OF_LEAVES, 0, this.sourceCount);
  }

  /** Hangs a node that is in no list yet. */
  hang(node: number, parent: number, arc: number, climbCost: number, roomUp: number, roomDown: number): void {
    this.attach(node, parent, arc, climbCost, roomUp, roomDown);
    if (!this.isLeafSource(node)) this.link(node, parent);
  }

  /** Brings potentials and depths up to date after nodes were hung or costs changed. */
  measure(): void {
    const root = this.parents.length - 1;
    for (let node = this.following(root, root); node !== NONE; node = this.following(node, root)) {
      this.potentials[node] = this.potentialByParent(node);
      this.depths[node] = intAt(this.depths, intAt(this.parents, node)) + 1;
    }
  }

  /** The lowest node that is above both, or one of them. */
  joinOf(first: number, second: number): number {
    const { parents, depths } = this;
    let left = first;
    let right = second;
    while (left !== right) {
      const difference = intAt(depths, left) - intAt(depths, right);
      if (difference >= 0) left = intAt(parents, left);
      if (difference <= 0) right = intAt(parents, right);
    }
    return left;
  }

  /** Lets an amount go up from a node to one above it; a negative one down. */
  send(node: number, above: number, amount: number): void {
    const { parents, roomsUp, roomsDown } = this;
    for (let at = node; at !== above; at = intAt(parents, at)) {
      roomsUp[at] = floatAt(roomsUp, at) - amount;
      roomsDown[at] = floatAt(roomsDown, at) + amount;
    }
  }

  /**
   * Takes the arc above `top` out of the tree, and hangs what was below it to a new parent at `node`. What is on the way
   * from `node` up to `top` turns around.
   */
  rehang(
    top: number,
    node: number,
    newParent: number,
    newArc: number,
    cost: number,
    newRoomUp: number,
    newRoomDown: number,
  ): void {
    // Either may be a leaf now and none afterwards.
    const before = (this.potentials[node] = this.potentialOf(node));
    this.potentials[newParent] = this.potentialOf(newParent);
    let [child, parent, arc, climbCost, roomUp, roomDown] = [node, newParent, newArc, cost, newRoomUp, newRoomDown];
    for (;;) {
      const oldParent = intAt(this.parents, child);
      const oldArc = intAt(this.parentArcs, child);
      const oldClimbCost = floatAt(this.climbCosts, child);
      const oldRoomUp = floatAt(this.roomsUp, child);
      const oldRoomDown = floatAt(this.roomsDown, child);
      if (!this.isLeafSource(child)) this.unlink(child, oldParent);
      this.hang(child, parent, arc, climbCost, roomUp, roomDown);
      if (child === top) break;
      [parent, child] = [child, oldParent];
      [arc, climbCost, roomUp, roomDown] = [oldArc, -oldClimbCost, oldRoomDown, oldRoomUp];
    }
    if (!this.isLeafSource(node)) this.shiftSubtree(node, this.potentialByParent(node) - before);
  }

  private isLeafSource(node: number): boolean {
    return node < this.sourceCount && intAt(this.firstChild, node) === NONE;
  }

  /** The potential that makes the reduced cost of the arc to the parent 0. */
  private potentialByParent(node: number): number {
    return floatAt(this.potentials, intAt(this.parents, node)) - floatAt(this.climbCosts, node);
  }

  private attach(node: number, parent: number, arc: number, climbCost: number, roomUp: number, roomDown: number): void {
    this.parents[node] = parent;
    this.parentArcs[node] = arc;
    this.climbCosts[node] = climbCost;
    this.roomsUp[node] = roomUp;
    this.roomsDown[node] = roomDown;
  }

  private link(node: number, parent: number): void {
    if (this.isLeafSource(parent)) {
      this.depths[parent] = intAt(this.depths, intAt(this.parents, parent)) + 1;
      this.insert(parent, intAt(this.parents, parent));
    }
    this.insert(node, parent);
  }

  private insert(node: number, parent: number): void {
    const sibling = intAt(this.firstChild, parent);
    this.nextSibling[node] = sibling;
    this.previousSibling[node] = NONE;
    if (sibling !== NONE) this.previousSibling[sibling] = node;
    this.firstChild[parent] = node;
  }

  private unlink(node: number, parent: number): void {
    this.remove(node, parent);
    if (!this.isLeafSource(parent)) return;
    this.depths[parent] = DEPTH_OF_LEAVES;
    this.remove(parent, intAt(this.parents, parent));
  }

  private remove(node: number, parent: number): void {
    const next = intAt(this.nextSibling, node);
    const previous = intAt(this.previousSibling, node);
    if (next !== NONE) this.previousSibling[next] = previous;
    if (previous !== NONE) this.nextSibling[previous] = next;
    else this.firstChild[parent] = next;
  }

  /** All potentials below change by as much as that of the top. */
  private shiftSubtree(top: number, change: number): void {
    for (let node = top; node !== NONE; node = this.following(node, top)) {
      this.potentials[node] = floatAt(this.potentials, node) + change;
      this.depths[node] = intAt(this.depths, intAt(this.parents, node)) + 1;
    }
  }

  /** The next node of the subtree of `top`, parents before children; NONE after the last. */
  private following(node: number, top: number): number {
    const { parents, firstChild, nextSibling } = this;
    let next = intAt(firstChild, node);
    for (let at = node; next === NONE && at !== top; at = intAt(parents, at)) next = intAt(nextSibling, at);
    return next;
  }
}
