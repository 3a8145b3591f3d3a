import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arc, Band, Problem } from '#core/formulate/problem.js';
import { costOfShares } from '#testkit/optimality.js';
import { problems } from '#testkit/problem-arbitraries.js';
import { aCycleLater, aGlobe } from './example-globe.js';
import type { Network } from './network.js';
import { minimumCostFlow, type OptimalFlow } from './network-simplex.js';
import { readShares } from './read-shares.js';
import { startingFlow } from './starting-flow.js';
import { writeNetwork, type WrittenNetwork } from './write-network.js';

/** An answer with what proves it: the prices of routes and origins, in ms per connection. */
interface Certified {
  readonly written: WrittenNetwork;
  readonly optimum: OptimalFlow;
  readonly shares: readonly number[];
  readonly routePrices: readonly number[];
  readonly originPrices: readonly number[];
}

function certify(problem: Problem): Certified {
  const written = writeNetwork(problem);
  const optimum = minimumCostFlow(written.network, startingFlow(written.network, written.pieceToHeld), 1e7);
  if (optimum === null) throw new Error('the simplex did not end');
  const { nodes, units } = written;
  const price = (node: number) => -optimum.potential[node]! / units.perMs;
  return {
    written,
    optimum,
    shares: readShares(problem, written, optimum.flow),
    routePrices: Array.from(nodes.ofRoute, price),
    originPrices: Array.from(nodes.ofOrigin, price),
  };
}

/**
 * No shares can cost less than this, whatever the prices (weak duality): every pair pays the prices of where it goes, and
 * gets the shares that are best for it alone; every route and origin takes as many as it earns most with.
 */
function lowerBound(problem: Problem, routePrices: readonly number[], originPrices: readonly number[]): number {
  const arcsOfPair = problem.pairs.map((): Arc[] => []);
  for (const arc of problem.arcs) arcsOfPair[arc.pair]!.push(arc);
  const pairs = problem.pairs.map(
    ({ demand }, pair) => demand * cheapestShares(arcsOfPair[pair]!, routePrices, problem.inertiaMs / 2),
  );
  const routes = problem.routes.map(({ bands, origin }, route) =>
    leastWithin(bands, routePrices[route]! - originPrices[origin]!),
  );
  const origins = problem.origins.map(({ bands }, origin) => leastWithin(bands, originPrices[origin]!));
  return [...pairs, ...routes, ...origins].reduce((sum, cost) => sum + cost, 0);
}

/** Cost per connection of the best shares of one pair at these prices: steps are taken from the cheapest on. */
function cheapestShares(arcs: readonly Arc[], prices: readonly number[], half: number): number {
  let cost = 0;
  let left = 1;
  const steps = arcs.flatMap(({ route, costMs, minShare, maxShare, heldShare }) => {
    const price = costMs + prices[route]!;
    left -= minShare;
    cost += minShare * price + (heldShare === null ? 0 : half * Math.abs(minShare - heldShare));
    if (heldShare === null) return [{ price, width: maxShare - minShare }];
    return [
      { price: price - half, width: heldShare - minShare },
      { price: price + half, width: maxShare - heldShare },
    ];
  });
  for (const { price, width } of steps.sort((one, other) => one.price - other.price)) {
    const taken = Math.min(left, width);
    cost += taken * price;
    left -= taken;
  }
  return cost;
}

/** Least of what a flow costs in bands, less what it earns at this price. */
function leastWithin(bands: readonly Band[], price: number): number {
  // Potentials are exact, prices rounded: the last band must not seem to earn endlessly by a trace.
  return bands.reduce(
    (sum, { width, costMs }) => {
      const loss = costMs - price;
      return loss >= -1e-6 ? sum : sum + loss * (width ?? Infinity);
    },
    bands.length === 0 && price > 1e-6 ? -Infinity : 0,
  );
}

/** Arcs whose flow is out of bounds, or for which another flow would be better at these potentials. Exact: all are integers. */
function faultyArcs({ from, to, cost, capacity, firstExcessArc }: Network, { flow, potential }: OptimalFlow): number {
  let faults = 0;
  for (let arc = 0; arc < firstExcessArc; arc += 1) {
    const reducedCost = cost[arc]! + potential[from[arc]!]! - potential[to[arc]!]!;
    const isWithinBounds = Number.isInteger(flow[arc]!) && flow[arc]! >= 0 && flow[arc]! <= capacity[arc]!;
    const isWorthMore = reducedCost < 0 && flow[arc]! < capacity[arc]!;
    const isWorthLess = reducedCost > 0 && flow[arc]! > 0;
    if (!isWithinBounds || isWorthMore || isWorthLess) faults += 1;
  }
  return faults;
}

/** Nodes that do not send on exactly what they have. */
function faultyNodes({ from, to, root, supply }: Network, { flow }: OptimalFlow): number {
  const left = new Float64Array(root + 1);
  left.set(supply);
  flow.forEach((amount, arc) => {
    left[from[arc]!]! -= amount;
    left[to[arc]!]! += amount;
  });
  return left.slice(0, root).filter((amount) => amount !== 0).length;
}

function expectProof(problem: Problem): readonly number[] {
  const { written, optimum, shares, routePrices, originPrices } = certify(problem);
  expect(faultyNodes(written.network, optimum)).toBe(0);
  expect(faultyArcs(written.network, optimum)).toBe(0);
  const cost = costOfShares(problem, shares);
  expect(cost - lowerBound(problem, routePrices, originPrices)).toBeLessThanOrEqual(1e-6 * cost);
  return shares;
}

describe('the prices of an answer', () => {
  it('prove it optimal, for generated problems', () => {
    const some = problems({ balancers: 3, edges: 8, origins: 6 });
    fc.assert(
      fc.property(some, (problem) => void expectProof(problem)),
      { numRuns: 500, seed: 20_260_301 },
    );
  });

  it.each([
    { balancers: 2, edges: 250, origins: 20 },
    { balancers: 10, edges: 500, origins: 20 },
  ])('prove it optimal, for $balancers balancers, $edges edges and $origins origins', (size) => {
    const first = aGlobe(size);
    const shares = expectProof(first);
    expectProof(aCycleLater(first, shares, { maxShift: 0.02, demandChange: 0.3 }));
  });

  it('prove it optimal when every pair is far from where it should be', () => {
    const globe = aGlobe({ balancers: 2, edges: 250, origins: 20 });
    const even = globe.arcs.map(() => 1 / 20);
    expectProof(aCycleLater(globe, even, { maxShift: 0.02, demandChange: 0 }));
  });

  it('prove nothing about worse shares', () => {
    const globe = aGlobe({ balancers: 1, edges: 20, origins: 5 });
    const { shares, routePrices, originPrices } = certify(globe);
    const bound = lowerBound(globe, routePrices, originPrices);
    const worse = shares.map((share) => 0.999 * share + 0.001 / 5);
    expect(costOfShares(globe, worse) - bound).toBeGreaterThan(1e-5 * bound);
  });
});
