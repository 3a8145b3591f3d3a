import type { Basis } from './basis.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';

/** In place of the arc above a source that also has some below. */
const BRANCHING = -2;

/** What each source sent, to see who sends otherwise now. */
export class FlowMemory {
  private states = new Uint8Array();
  /** By source: its arc in the tree, and the flow on that. */
  private treeArcs = new Int32Array();
  private treeFlows = new Float64Array();

  take({ network: { sourceCount, firstArc }, arcs, tree }: Basis): void {
    this.states = arcs.states.slice(0, intAt(firstArc, sourceCount));
    this.treeFlows = tree.roomsDown.slice(0, sourceCount);
    this.treeArcs = tree.parentArcs.slice(0, sourceCount);
    for (let source = 0; source < sourceCount; source += 1) {
      if (tree.hasChildren(source)) this.treeArcs[source] = BRANCHING;
    }
  }

  /** All sources that may send otherwise, or that are `changed`, in their order. */
  otherSources(basis: Basis, changed: readonly number[]): Int32Array {
    const { sourceCount } = basis.network;
    const others: number[] = [];
    let at = 0;
    for (let source = 0; source < sourceCount; source += 1) {
      const isChanged = changed[at] === source;
      if (isChanged) at += 1;
      if (isChanged || !this.sendsAlike(basis, source)) others.push(source);
    }
    return Int32Array.from(others);
  }

  /** What a source that branches sends is told by its children, too. */
  private sendsAlike({ network, arcs, tree }: Basis, source: number): boolean {
    if (tree.hasChildren(source)) return false;
    if (intAt(this.treeArcs, source) !== intAt(tree.parentArcs, source)) return false;
    if (floatAt(this.treeFlows, source) !== floatAt(tree.roomsDown, source)) return false;
    const end = intAt(network.firstArc, source + 1);
    for (let arc = intAt(network.firstArc, source); arc < end; arc += 1) {
      if (byteAt(this.states, arc) !== byteAt(arcs.states, arc)) return false;
    }
    return true;
  }
}
