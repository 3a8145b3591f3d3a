import { ArcStates } from './arc-states.js';
import type { ArrayShelf } from './array-shelf.js';
import { Basis } from './basis.js';
import { fillBands } from './fill-bands.js';
import type { Network } from './network.js';
import { Reluctance } from './reluctance.js';
import { Settling } from './settling.js';
import { SpanningTree } from './spanning-tree.js';
import { floatAt, intAt, numbersBelow } from './typed-arrays.js';

/** A flow to start from, and how little would make each source change it. */
export interface StartingFlow {
  readonly basis: Basis;
  /** What sources would lose by their next best way, at the prices they were settled by. */
  readonly reluctance: Reluctance;
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
  const basis = new Basis(network, ArcStates.borrow(network, shelf), new SpanningTree(network, shelf));
  setPrices(basis, prices);
  const reluctance = new Reluctance(basis);
  const settling = new Settling(basis);
  for (let source = 0; source < network.sourceCount; source += 1) {
    settling.settle(source);
    reluctance.tell(source);
  }
  return filled(basis, reluctance);
}

/**
 * From what was the optimum of a network before `changed` sources got what they have, may send or pay now: at its prices
 * only they are settled anew. Uses the optimum up.
 */
export function continuedFlow(
  { basis, reluctance: before }: Pick<StartingFlow, 'basis' | 'reluctance'>,
  changed: readonly number[],
): StartingFlow {
  const { network, tree } = basis;
  // These are where the tree branches: what they send is told by their children, too.
  const branching = numbersBelow(network.sourceCount).filter((source) => tree.hasChildren(source));
  const reluctance = before.continued();
  tree.takeApart();
  const settling = new Settling(basis);
  for (const source of [...changed, ...branching]) {
    settling.settle(source);
    reluctance.tell(source);
  }
  return filled(basis, reluctance);
}

function filled(basis: Basis, reluctance: Reluctance): StartingFlow {
  return { basis, reluctance, imbalance: fillBands(basis) / totalSupply(basis.network) };
}

function totalSupply({ sourceCount, supply }: Network): number {
  let total = 0;
  for (let source = 0; source < sourceCount; source += 1) total += Math.max(0, floatAt(supply, source));
  return total;
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
