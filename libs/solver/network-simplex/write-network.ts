import type { Band, Problem } from '#core/formulate/problem.js';
import type { ArrayShelf } from './array-shelf.js';
import { borrowNetwork, type Network } from './network.js';
import type { ProblemColumns } from './problem-columns.js';
import { floatAt, intAt } from './typed-arrays.js';
import { finestUnits, type Units } from './units.js';

/** A problem as a network, and how to read flows and potentials back. Arcs of pairs are in the order of the columns. */
export interface WrittenNetwork {
  readonly network: Network;
  readonly units: Units;
  readonly nodes: NodeNumbers;
}

/** Pairs come first, under their own numbers. A route without bands is no node of its own: its number is its origin's. */
export interface NodeNumbers {
  readonly ofRoute: Int32Array;
  readonly ofOrigin: Int32Array;
  /** Where connections are served. */
  readonly root: number;
}

/**
 * What lower bounds let through enters the network where they lead to. The pieces of an arc above its lower bound meet at
 * the held share: the second costs, and the first gives up, half of the inertia and the arc's uncertainty. Pure.
 */
export function writeNetwork(problem: Problem, columns: ProblemColumns, shelf: ArrayShelf): WrittenNetwork {
  const nodes = numberNodes(problem);
  const units = finestUnits(problem, columns);
  const arcs = columns.route.length + countBands(problem);
  const excessCost = rounded(units.excessMs * units.perMs);
  const network = borrowNetwork({ root: nodes.root, sourceCount: problem.pairs.length, arcs, excessCost }, shelf);
  network.firstArc.set(columns.firstArc);
  writeCosts(columns, network, nodes, { halfInertiaMs: problem.inertiaMs / 2, perMs: units.perMs });
  writeWidths(columns, network, units);
  writeAllBands(problem, network, nodes, units);
  return { network, units, nodes };
}

/** Where the two pieces of an arc meet; the lower bound for one that is held nowhere, which so has but one piece. */
export function meetingShare(minShare: number, maxShare: number, heldShare: number): number {
  if (Number.isNaN(heldShare)) return minShare;
  return Math.min(maxShare, Math.max(minShare, heldShare));
}

function numberNodes({ pairs, routes, origins }: Problem): NodeNumbers {
  let node = pairs.length;
  const ofBandedRoute = routes.map(({ bands }) => (bands.length > 0 ? node++ : null));
  const ofOrigin = Int32Array.from(origins, () => node++);
  const ofRoute = Int32Array.from(routes, ({ origin }, route) => ofBandedRoute[route] ?? intAt(ofOrigin, origin));
  return { ofRoute, ofOrigin, root: node };
}

function countBands({ routes, origins }: Problem): number {
  const ofRoutes = routes.reduce((sum, { bands }) => sum + bands.length, 0);
  return origins.reduce((sum, { bands }) => sum + Math.max(1, bands.length), ofRoutes);
}

/** In units. Also writes what lower bounds let through. */
function writeWidths(
  { minShare, maxShare, heldShare, demand }: ProblemColumns,
  network: Network,
  { perConnection }: Units,
): void {
  const { firstArc, to, supply, widthToHeld, widthBeyond } = network;
  for (let pair = 0; pair < demand.length; pair += 1) {
    const wholeShare = floatAt(demand, pair) * perConnection;
    const end = intAt(firstArc, pair + 1);
    let left = rounded(wholeShare);
    for (let arc = intAt(firstArc, pair); arc < end; arc += 1) {
      const lowest = floatAt(minShare, arc);
      const highest = floatAt(maxShare, arc);
      const least = rounded(wholeShare * lowest);
      const held = rounded(wholeShare * meetingShare(lowest, highest, floatAt(heldShare, arc)));
      widthToHeld[arc] = held - least;
      widthBeyond[arc] = rounded(wholeShare * highest) - held;
      if (least === 0) continue;
      left -= least;
      const node = intAt(to, arc);
      supply[node] = floatAt(supply, node) + least;
    }
    supply[pair] = left;
    liftIdleLimits(network, pair);
  }
}

/** An arc that can take all its source has needs no limit, and without one fills up less often. */
function liftIdleLimits({ firstArc, supply, widthToHeld, widthBeyond }: Network, source: number): void {
  const all = floatAt(supply, source);
  const end = intAt(firstArc, source + 1);
  for (let arc = intAt(firstArc, source); arc < end; arc += 1) {
    const beyond = floatAt(widthBeyond, arc);
    if (beyond > 0 && floatAt(widthToHeld, arc) + beyond >= all) widthBeyond[arc] = Infinity;
  }
}

function writeCosts(
  { route, costMs, uncertaintyMs, heldShare }: ProblemColumns,
  { to, costToHeld, costBeyond }: Network,
  { ofRoute }: NodeNumbers,
  { halfInertiaMs, perMs }: { readonly halfInertiaMs: number; readonly perMs: number },
): void {
  for (let arc = 0; arc < route.length; arc += 1) {
    const cost = rounded(floatAt(costMs, arc) * perMs);
    to[arc] = intAt(ofRoute, intAt(route, arc));
    const reluctance = rounded((halfInertiaMs + floatAt(uncertaintyMs, arc)) * perMs);
    costToHeld[arc] = cost - reluctance;
    costBeyond[arc] = Number.isNaN(floatAt(heldShare, arc)) ? cost : cost + reluctance;
  }
}

/** Quicker than `Math.round`, and no less right, as any rounding will do. */
function rounded(value: number): number {
  return Math.floor(value + 0.5);
}

function writeAllBands({ routes, origins }: Problem, network: Network, nodes: NodeNumbers, units: Units): void {
  let arc = intAt(network.firstArc, network.sourceCount);
  routes.forEach(({ origin, bands }, route) => {
    if (bands.length === 0) return;
    const node = intAt(nodes.ofRoute, route);
    arc = writeBands(network, node, intAt(nodes.ofOrigin, origin), { bands, arc, units });
  });
  origins.forEach(({ bands }, origin) => {
    arc = writeBands(network, intAt(nodes.ofOrigin, origin), nodes.root, {
      bands: bands.length > 0 ? bands : [{ width: null, costMs: 0 }],
      arc,
      units,
    });
  });
  network.firstArc[nodes.root] = arc;
}

/** Answers the number of the next arc. The last band takes the rest. */
function writeBands(
  { firstArc, to, widthToHeld, widthBeyond, costToHeld, costBeyond }: Network,
  from: number,
  next: number,
  { bands, arc, units }: { readonly bands: readonly Band[]; readonly arc: number; readonly units: Units },
): number {
  firstArc[from] = arc;
  bands.forEach(({ width, costMs }, index) => {
    to[arc + index] = next;
    widthToHeld[arc + index] = 0;
    costToHeld[arc + index] = 0;
    costBeyond[arc + index] = rounded(costMs * units.perMs);
    widthBeyond[arc + index] =
      width === null || index === bands.length - 1 ? Infinity : rounded(width * units.perConnection);
  });
  return arc + bands.length;
}
