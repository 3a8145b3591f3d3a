import type { Arc, Band, Problem } from '#core/formulate/problem.js';
import type { Network } from './network.js';
import { NetworkWriter } from './network-writer.js';
import { intAt } from './typed-arrays.js';
import { dearestMs, finestUnit, type Units } from './units.js';

/** A problem as a network, and how to read flows and potentials back. */
export interface WrittenNetwork {
  readonly network: Network;
  readonly units: Units;
  /** By arc of the problem: the piece up to its held share, and the one beyond; -1 where there is no room for one. */
  readonly pieceToHeld: Int32Array;
  readonly pieceBeyond: Int32Array;
  readonly nodes: NodeNumbers;
}

/** Pairs come first, under their own numbers. A route without bands is no node of its own: its number is its origin's. */
interface NodeNumbers {
  readonly ofRoute: Int32Array;
  readonly ofOrigin: Int32Array;
  /** Where connections are served. */
  readonly root: number;
}

/**
 * Arcs are written this far apart, so that each block the simplex looks at has arcs of many pairs to many origins: in the
 * problem's order a first placement took twice as long. A prime, which hits the same origin again only after all others.
 */
const MIXING_STRIDE = 31;

/**
 * What lower bounds let through enters the network where they lead to. The flow of an arc above its lower bound comes in
 * two pieces that meet at the held share: the second costs, and the first gives up, half of the inertia. Pure.
 */
export function writeNetwork(problem: Problem): WrittenNetwork {
  const nodes = numberNodes(problem);
  const dearest = dearestMs(problem);
  const units = unitsOf(problem, nodes, dearest);
  const writer = new ProblemWriter(problem, nodes, units);
  problem.pairs.forEach(({ demand }, pair) => {
    writer.addPair(pair, demand);
  });
  for (let offset = 0; offset < MIXING_STRIDE; offset += 1) {
    for (let index = offset; index < problem.arcs.length; index += MIXING_STRIDE) writer.addShareArc(index);
  }
  problem.routes.forEach(({ origin, bands }, route) => {
    if (bands.length > 0) writer.addBands(intAt(nodes.ofRoute, route), intAt(nodes.ofOrigin, origin), bands);
  });
  problem.origins.forEach(({ bands }, origin) => {
    writer.addBands(intAt(nodes.ofOrigin, origin), nodes.root, bands);
  });
  return writer.finish(dearest);
}

/** Where the two pieces of an arc meet; the lower bound for one that is held nowhere, which so has but one piece. */
export function heldWithinBounds({ minShare, maxShare, heldShare }: Arc): number {
  return Math.min(maxShare, Math.max(minShare, heldShare ?? minShare));
}

function numberNodes({ pairs, routes, origins }: Problem): NodeNumbers {
  let node = pairs.length;
  const ofBandedRoute = routes.map(({ bands }) => (bands.length > 0 ? node++ : null));
  const ofOrigin = Int32Array.from(origins, () => node++);
  const ofRoute = Int32Array.from(routes, ({ origin }, route) => ofBandedRoute[route] ?? intAt(ofOrigin, origin));
  return { ofRoute, ofOrigin, root: node };
}

/**
 * The finest units that stay exact. No flow exceeds the total demand: that leaves a pair with a millionth of the busiest
 * one's demand 2^32 units beside that one alone, and some 40,000 beside 100,000 like it. A potential is a sum of costs
 * along a path of the tree, which meets each node that is no pair at most once, and pairs only between two of them; a
 * reduced cost is the difference of two.
 */
function unitsOf({ pairs }: Problem, { root }: NodeNumbers, dearest: number): Units {
  const totalDemand = pairs.reduce((sum, { demand }) => sum + demand, 0);
  const longestPath = 2 * (root - pairs.length + 2);
  return { perConnection: finestUnit(totalDemand), perMs: finestUnit(2 * longestPath * dearest) };
}

class ProblemWriter {
  private readonly network: NetworkWriter;
  private readonly pieceToHeld: Int32Array;
  private readonly pieceBeyond: Int32Array;

  constructor(
    private readonly problem: Problem,
    private readonly nodes: NodeNumbers,
    private readonly units: Units,
  ) {
    const { pairs, arcs, routes, origins } = problem;
    const bands = [...routes, ...origins].reduce((sum, node) => sum + Math.max(1, node.bands.length), 0);
    this.network = new NetworkWriter(pairs.length, nodes.root, 2 * arcs.length + bands);
    this.pieceToHeld = new Int32Array(arcs.length);
    this.pieceBeyond = new Int32Array(arcs.length);
  }

  addPair(pair: number, demand: number): void {
    this.network.addSupply(pair, this.flow(demand));
  }

  addShareArc(index: number): void {
    const arc = this.problem.arcs[index];
    if (arc === undefined) return;
    const to = intAt(this.nodes.ofRoute, arc.route);
    const demand = this.problem.pairs[arc.pair]?.demand ?? NaN;
    const inertiaMs = arc.heldShare === null ? 0 : this.problem.inertiaMs / 2;
    const least = this.flow(demand * arc.minShare);
    const held = this.flow(demand * heldWithinBounds(arc));
    const most = this.flow(demand * arc.maxShare);
    this.network.addSupply(arc.pair, -least);
    this.network.addSupply(to, least);
    this.pieceToHeld[index] = this.network.addArc(arc.pair, to, held - least, this.cost(arc.costMs - inertiaMs));
    this.pieceBeyond[index] = this.network.addArc(arc.pair, to, most - held, this.cost(arc.costMs + inertiaMs));
  }

  /** No bands lead on without limit or cost; else the last one takes the rest. */
  addBands(from: number, to: number, bands: readonly Band[]): void {
    if (bands.length === 0) this.network.addArc(from, to, Infinity, 0);
    bands.forEach(({ width, costMs }, index) => {
      const capacity = width === null || index === bands.length - 1 ? Infinity : this.flow(width);
      this.network.addArc(from, to, capacity, this.cost(costMs));
    });
  }

  finish(dearest: number): WrittenNetwork {
    const { units, pieceToHeld, pieceBeyond, nodes } = this;
    return { network: this.network.finish(this.cost(dearest)), units, pieceToHeld, pieceBeyond, nodes };
  }

  private flow(connections: number): number {
    return Math.round(connections * this.units.perConnection);
  }

  private cost(ms: number): number {
    return Math.round(ms * this.units.perMs);
  }
}
