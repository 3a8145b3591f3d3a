import { ArcStates } from './arc-states.js';
import { ArrayShelf } from './array-shelf.js';
import { Basis } from './basis.js';
import type { Network } from './network.js';
import { optimise, type Optimised, type PivotLimits } from './network-simplex.js';
import { NONE, type SpanningTree } from './spanning-tree.js';
import { floatAt, intAt, numbersBelow } from './typed-arrays.js';

export interface Untied {
  readonly basis: Basis;
  readonly ending: Optimised['ending'];
  /** Whether no other flow of least cost has the same weight. */
  readonly isUnique: boolean;
}

/**
 * Of all flows of least cost, the one of least weight: so the answer does not depend on where the simplex started. `tied`
 * are the nodes that could change an arc for nothing. Each arc's weight is made up from its number. Only flow on pieces of
 * reduced cost 0 may change, which leaves the cost as it is; but the tree and its potentials are used up.
 */
export function breakTies(basis: Basis, tied: readonly number[], limits: PivotLimits): Untied {
  if (tied.length === 0) return { basis, ending: 'optimal', isUnique: true };
  const weighed = weighedBasis(basis);
  // Others may come to be tied when an arc of theirs leaves the tree.
  const everyNode = numbersBelow(basis.network.root);
  const { ending, tied: stillTied } = optimise(
    weighed,
    { front: Int32Array.from(tied), back: everyNode, reluctance: null },
    limits,
  );
  return { basis: weighed, ending, isUnique: ending === 'optimal' && stillTied.length === 0 };
}

/** The same flow and tree, with weights for costs. */
function weighedBasis({ network, arcs, tree }: Basis): Basis {
  const withWeights = weighedNetwork(network, tree);
  const weighed = new Basis(withWeights, ArcStates.borrow(withWeights, new ArrayShelf()), tree);
  arcs.states.forEach((state, arc) => {
    if (state % 2 === 0) weighed.arcs.rest(arc, state);
    else weighed.arcs.enter(arc, state);
  });
  for (let node = 0; node < network.root; node += 1) {
    const arc = intAt(tree.parentArcs, node);
    const weight = arc === NONE ? 0 : weightOf(arc);
    tree.climbCosts[node] = weighed.leadsUp(node, arc) ? weight : -weight;
  }
  tree.measure();
  return weighed;
}

/** Pieces whose flow must not change cost NaN, which gains nothing either way. */
function weighedNetwork(network: Network, tree: SpanningTree): Network {
  const { firstArc, to, costToHeld, costBeyond } = network;
  const weighed = { ...network, costToHeld: new Float64Array(to.length), costBeyond: new Float64Array(to.length) };
  for (let node = 0; node < network.root; node += 1) {
    const potential = tree.potentialOf(node);
    const end = intAt(firstArc, node + 1);
    for (let arc = intAt(firstArc, node); arc < end; arc += 1) {
      const worth = floatAt(tree.potentials, intAt(to, arc)) - potential;
      weighed.costToHeld[arc] = floatAt(costToHeld, arc) === worth ? weightOf(arc) : NaN;
      weighed.costBeyond[arc] = floatAt(costBeyond, arc) === worth ? weightOf(arc) : NaN;
    }
  }
  return weighed;
}

/** A number below 2^31 that looks random. The finish of MurmurHash3. */
function weightOf(arc: number): number {
  let mixed = Math.imul(arc ^ (arc >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 1;
}
