import type { Network } from './network.js';
import { floatAt, intAt } from './typed-arrays.js';

const NONE = -1;

/**
 * The basis: a spanning tree hung from the root, each node with its parent, depth and potential, and its children in a
 * doubly linked list, so that a subtree is moved in the time it takes to walk it.
 *
 * Potentials make the reduced cost  cost + potential[from] - potential[to]  of every arc in the tree 0; the root's is 0.
 */
export class SpanningTree {
  /** By node: the arc between it and its parent. */
  readonly parentArc: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly potential: Float64Array;
  private readonly firstChild: Int32Array;
  private readonly nextSibling: Int32Array;
  private readonly previousSibling: Int32Array;

  /** `treeArc`: by node but the root, the arc that leads on from it. */
  constructor(
    private readonly network: Network,
    treeArc: Int32Array,
  ) {
    const { root, to } = network;
    const size = root + 1;
    this.parentArc = new Int32Array(size).fill(NONE);
    this.parent = new Int32Array(size).fill(NONE);
    this.depth = new Int32Array(size);
    this.potential = new Float64Array(size);
    this.firstChild = new Int32Array(size).fill(NONE);
    this.nextSibling = new Int32Array(size).fill(NONE);
    this.previousSibling = new Int32Array(size).fill(NONE);
    for (let node = 0; node < root; node += 1) this.hang(node, intAt(to, intAt(treeArc, node)), intAt(treeArc, node));
    // Parents before children: arcs lead to higher nodes.
    for (let node = root - 1; node >= 0; node -= 1) {
      this.potential[node] = this.potentialByParent(node);
      this.depth[node] = intAt(this.depth, intAt(this.parent, node)) + 1;
    }
  }

  /** Does the arc between a node and its parent lead from the node to the parent? */
  leadsUp(node: number): boolean {
    return intAt(this.network.from, intAt(this.parentArc, node)) === node;
  }

  /** The lowest node that is above both, or one of them. */
  joinOf(first: number, second: number): number {
    const { parent, depth } = this;
    let left = first;
    let right = second;
    while (left !== right) {
      const difference = intAt(depth, left) - intAt(depth, right);
      if (difference >= 0) left = intAt(parent, left);
      if (difference <= 0) right = intAt(parent, right);
    }
    return left;
  }

  /**
   * Takes the arc above `top` out of the tree, and hangs what was below it to `newParent`, by `arc` at `node`. The arcs on
   * the way from `node` up to `top` turn around.
   */
  rehang(top: number, node: number, newParent: number, arc: number): void {
    let child = node;
    let parent = newParent;
    let parentArc = arc;
    for (;;) {
      const oldParent = intAt(this.parent, child);
      const oldArc = intAt(this.parentArc, child);
      this.unhang(child);
      this.hang(child, parent, parentArc);
      if (child === top) break;
      parent = child;
      child = oldParent;
      parentArc = oldArc;
    }
    this.updateSubtree(node);
  }

  private hang(node: number, parent: number, arc: number): void {
    const sibling = intAt(this.firstChild, parent);
    this.parent[node] = parent;
    this.parentArc[node] = arc;
    this.nextSibling[node] = sibling;
    this.previousSibling[node] = NONE;
    if (sibling !== NONE) this.previousSibling[sibling] = node;
    this.firstChild[parent] = node;
  }

  private unhang(node: number): void {
    const next = intAt(this.nextSibling, node);
    const previous = intAt(this.previousSibling, node);
    if (next !== NONE) this.previousSibling[next] = previous;
    if (previous !== NONE) this.nextSibling[previous] = next;
    else this.firstChild[intAt(this.parent, node)] = next;
  }

  /** All potentials below change by as much as that of the top. */
  private updateSubtree(top: number): void {
    const { parent, depth, potential, firstChild, nextSibling } = this;
    const change = this.potentialByParent(top) - floatAt(potential, top);
    let node = top;
    for (;;) {
      potential[node] = floatAt(potential, node) + change;
      depth[node] = intAt(depth, intAt(parent, node)) + 1;
      let next = intAt(firstChild, node);
      while (next === NONE && node !== top) {
        next = intAt(nextSibling, node);
        if (next === NONE) node = intAt(parent, node);
      }
      if (next === NONE) return;
      node = next;
    }
  }

  /** The potential that makes the reduced cost of the arc to the parent 0. */
  private potentialByParent(node: number): number {
    const cost = floatAt(this.network.cost, intAt(this.parentArc, node));
    return floatAt(this.potential, intAt(this.parent, node)) + (this.leadsUp(node) ? -cost : cost);
  }
}
