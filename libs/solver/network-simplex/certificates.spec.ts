import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, Problem } from '#core/formulate/problem.js';
import { costOfShares } from '#testkit/optimality.js';
import { problems } from '#testkit/problem-arbitraries.js';
import { ArrayShelf } from './array-shelf.js';
import type { Basis } from './basis.js';
import { aCycleLater, aGlobe } from '#benchmark/globe-problem.js';
import { excessOf, flowsOf, noLimits } from './example-network.js';
import { NetworkSimplexSolver } from './network-simplex-solver.js';
import { NetworkWriter } from './network-writer.js';
import { readColumns } from './problem-columns.js';
import { estimatePrices, solveNetwork } from './solve-network.js';

function optimalBasis(problem: Problem): Basis {
  const shelf = new ArrayShelf();
  const { network } = new NetworkWriter().write(problem, readColumns(problem)).written;
  return solveNetwork(network, estimatePrices(network, noLimits, shelf), noLimits, shelf).basis;
}

/**
 * No shares can cost less than this, whatever the prices (weak duality): every pair pays the prices of where it goes, and
 * gets the shares that are best for it alone; every route and origin takes as many as it earns most with.
 */
function lowerBound(problem: Problem, routePrices: ArrayLike<number>, originPrices: ArrayLike<number>): number {
  const arcsOfPair = problem.pairs.map((): Arc[] => []);
  for (const arc of listArcs(problem.arcs)) arcsOfPair[arc.pair]!.push(arc);
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
function cheapestShares(arcs: readonly Arc[], prices: ArrayLike<number>, halfInertiaMs: number): number {
  let cost = 0;
  let left = 1;
  const steps = arcs.flatMap(({ route, costMs, uncertaintyMs = 0, minShare, maxShare, heldShare }) => {
    const half = halfInertiaMs + uncertaintyMs;
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

/** Arcs whose flow is out of bounds, or for which another flow would be better. Exact: all are integers. */
function faultyArcs(basis: Basis): number {
  const { network, tree } = basis;
  const flows = flowsOf(basis);
  let faults = 0;
  for (let node = 0; node < network.root; node += 1) {
    for (let arc = network.firstArc[node]!; arc < network.firstArc[node + 1]!; arc += 1) {
      const worth = tree.potentials[network.to[arc]!]! - tree.potentialOf(node);
      const [flow, toHeld] = [flows[arc]!, network.widthToHeld[arc]!];
      const whole = toHeld + network.widthBeyond[arc]!;
      const moreCosts = flow < toHeld ? network.costToHeld[arc]! : network.costBeyond[arc]!;
      const lessSaves = flow <= toHeld ? network.costToHeld[arc]! : network.costBeyond[arc]!;
      const isWithinBounds = Number.isInteger(flow) && flow >= 0 && flow <= whole;
      const isWorthMore = flow < whole && worth > moreCosts;
      const isWorthLess = flow > 0 && worth < lessSaves;
      if (!isWithinBounds || isWorthMore || isWorthLess) faults += 1;
    }
  }
  return faults;
}

/** Nodes that do not send on exactly what they have. */
function faultyNodes(basis: Basis): number {
  const { network } = basis;
  const left = [...network.supply.map((supply) => Math.max(0, supply)), 0];
  const flows = flowsOf(basis);
  for (let node = 0; node < network.root; node += 1) {
    left[node]! -= excessOf(basis)[node] ?? 0;
    for (let arc = network.firstArc[node]!; arc < network.firstArc[node + 1]!; arc += 1) {
      left[node]! -= flows[arc]!;
      left[network.to[arc]!]! += flows[arc]!;
    }
  }
  return left.slice(0, network.root).filter((amount) => amount !== 0).length;
}

function expectProof(problem: Problem): ArrayLike<number> {
  const basis = optimalBasis(problem);
  expect(faultyArcs(basis)).toBe(0);
  const { shares, cost, prices } = new NetworkSimplexSolver().solve(problem);
  expect(costOfShares(problem, shares)).toBeCloseTo(cost, 6 - Math.ceil(Math.log10(cost)));
  expect(cost - lowerBound(problem, prices!.routesMs, prices!.originsMs)).toBeLessThanOrEqual(1e-6 * cost);
  return shares;
}

describe('the prices of an answer', () => {
  it('prove it optimal, for generated problems', () => {
    const some = problems({ balancers: 3, edges: 8, origins: 6 });
    fc.assert(
      fc.property(some, (problem) => {
        expectProof(problem);
        expect(faultyNodes(optimalBasis(problem))).toBe(0);
      }),
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

  it('prove it optimal when three hundred load balancers have limits at every origin', () => {
    const globe = aGlobe({ balancers: 300, edges: 1, origins: 20 });
    const limit = 3 * globe.pairs.reduce((sum, { demand }) => sum + demand, 0);
    const bands: readonly Band[] = [
      { width: limit / 300, costMs: 0 },
      { width: null, costMs: 60_000 },
    ];
    expectProof({ ...globe, routes: globe.routes.map((route) => ({ ...route, bands })) });
  });

  it('prove it optimal when every pair is far from where it should be', () => {
    const globe = aGlobe({ balancers: 2, edges: 250, origins: 20 });
    const even = globe.arcs.costMs.map(() => 1 / 20);
    expectProof(aCycleLater(globe, even, { maxShift: 0.02, demandChange: 0 }));
  });

  it('prove nothing about worse shares', () => {
    const globe = aGlobe({ balancers: 1, edges: 20, origins: 5 });
    const { shares, prices } = new NetworkSimplexSolver().solve(globe);
    const bound = lowerBound(globe, prices!.routesMs, prices!.originsMs);
    const worse = Array.from(shares, (share) => 0.999 * share + 0.001 / 5);
    expect(costOfShares(globe, worse) - bound).toBeGreaterThan(1e-5 * bound);
  });
});
