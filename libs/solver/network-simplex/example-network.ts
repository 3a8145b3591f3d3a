import { ArrayShelf } from './array-shelf.js';
import type { Basis } from './basis.js';
import { borrowNetwork, type Network } from './network.js';
import type { PivotLimits } from './network-simplex.js';
import { byteAt, floatAt, intAt } from './typed-arrays.js';

interface ExampleArc {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly cost: number;
  /** A piece before, of this width and this cost. */
  readonly toHeld?: { readonly width: number; readonly cost: number };
}

interface ExampleNetwork {
  readonly sourceCount: number;
  readonly root: number;
  readonly excessCost: number;
  /** By node; those left out have none. */
  readonly supply: readonly number[];
  /** In the order of the nodes they leave. */
  readonly arcs: readonly ExampleArc[];
}

export function aNetwork({ sourceCount, root, excessCost, supply, arcs }: ExampleNetwork): Network {
  const network = borrowNetwork({ sourceCount, root, excessCost, arcs: arcs.length }, new ArrayShelf());
  network.supply.set(supply);
  arcs.forEach(({ to, width, cost, toHeld }, arc) => {
    network.to[arc] = to;
    network.widthBeyond[arc] = width;
    network.costBeyond[arc] = cost;
    network.widthToHeld[arc] = toHeld?.width ?? 0;
    network.costToHeld[arc] = toHeld?.cost ?? 0;
  });
  for (let node = 0; node <= root; node += 1) network.firstArc[node] = arcs.filter(({ from }) => from < node).length;
  return network;
}

export const noLimits: PivotLimits = { maxPivots: Infinity, isOver: () => false };

/** By arc. */
export function flowsOf({ network, arcs, tree }: Basis): readonly number[] {
  const inTree = new Map<number, number>();
  for (let node = 0; node < network.root; node += 1) {
    const arc = intAt(tree.parentArcs, node);
    const leadsUp = arc >= intAt(network.firstArc, node) && arc < intAt(network.firstArc, node + 1);
    inTree.set(arc, leadsUp ? floatAt(tree.roomsDown, node) : floatAt(tree.roomsUp, node));
  }
  return Array.from(arcs.states, (_state, arc) => arcs.flowBelow(arc) + (inTree.get(arc) ?? 0));
}

/** By source: what it cannot send over its arcs. */
export function excessOf({ network, tree }: Basis): readonly number[] {
  return Array.from({ length: network.sourceCount }, (_none, source) =>
    intAt(tree.parentArcs, source) === -1 ? floatAt(tree.roomsDown, source) : 0,
  );
}

/** What the flow costs, excess left out. */
export function costOf(basis: Basis): number {
  const { widthToHeld, costToHeld, costBeyond } = basis.network;
  return flowsOf(basis).reduce((sum, flow, arc) => {
    const beforeBend = Math.min(flow, floatAt(widthToHeld, arc));
    return sum + beforeBend * floatAt(costToHeld, arc) + (flow - beforeBend) * floatAt(costBeyond, arc);
  }, 0);
}

/** Whether every arc in the tree has room towards the root. */
export function isStronglyFeasible({ network, tree, arcs }: Basis): boolean {
  const states = Array.from(arcs.states, (_state, arc) => byteAt(arcs.states, arc));
  const inTree = new Set(Array.from(tree.parentArcs).filter((arc) => arc >= 0));
  return (
    states.every((state, arc) => (state % 2 === 1) === inTree.has(arc)) &&
    Array.from({ length: network.root }, (_none, node) => floatAt(tree.roomsUp, node) > 0).every(Boolean) &&
    Array.from({ length: network.root }, (_none, node) => floatAt(tree.roomsDown, node) >= 0).every(Boolean)
  );
}
