import { AT_HELD, AT_MOST, BEYOND_HELD } from './arc-states.js';
import type { Basis } from './basis.js';
import type { Network } from './network.js';
import { NONE } from './spanning-tree.js';
import { floatAt, intAt } from './typed-arrays.js';

/**
 * Sends on what all sources send, which are leaves of the tree, and hangs the rest of it up. Answers how much comes in more or
 * less than what goes with the prices.
 */
export function fillBands(basis: Basis): number {
  const { network, tree } = basis;
  const inflow = inflowOf(basis);
  let misplaced = 0;
  for (let node = network.sourceCount; node < network.root; node += 1) {
    const next = intAt(network.to, intAt(network.firstArc, node));
    const climbPrice = floatAt(tree.potentials, next) - floatAt(tree.potentials, node);
    misplaced += misplacedAt(network, node, floatAt(inflow, node), climbPrice);
    if (next < network.root) inflow[next] = floatAt(inflow, next) + floatAt(inflow, node);
    fillBandsOf(basis, node, next, floatAt(inflow, node));
  }
  tree.measure();
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
function fillBandsOf({ network, arcs, tree }: Basis, node: number, next: number, inflow: number): void {
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

/** By node that is no source: what comes in from sources, which all are leaves, and its supply. */
function inflowOf({ network, arcs, tree }: Basis): Float64Array {
  const inflow = network.supply.slice();
  const { firstArc, to, sourceCount } = network;
  for (let source = 0; source < sourceCount; source += 1) {
    const end = intAt(firstArc, source + 1);
    for (let arc = intAt(firstArc, source); arc < end; arc += 1) {
      const flow = arcs.flowBelow(arc);
      if (flow > 0) inflow[intAt(to, arc)] = floatAt(inflow, intAt(to, arc)) + flow;
    }
    if (intAt(tree.parentArcs, source) === NONE) continue;
    const parent = intAt(tree.parents, source);
    inflow[parent] = floatAt(inflow, parent) + floatAt(tree.roomsDown, source);
  }
  return inflow;
}
