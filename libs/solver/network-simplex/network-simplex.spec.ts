import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayShelf } from './array-shelf.js';
import { aNetwork, costOf, excessOf, flowsOf, isStronglyFeasible, noLimits } from './example-network.js';
import type { Network } from './network.js';
import { optimise, type PivotLimits } from './network-simplex.js';
import { solveNetwork, type SolvedNetwork } from './solve-network.js';
import { startingFlow } from './starting-flow.js';

function solve(network: Network, limits: PivotLimits = noLimits): SolvedNetwork {
  return solveNetwork(network, new Float64Array(network.root - network.sourceCount), limits, new ArrayShelf());
}

/** Two sources, 0 with 4 units and 1 with 3; two ways to the root, over nodes 2 and 3, of which 2 takes 5 units for nothing. */
function twoWays(): Network {
  return aNetwork({
    sourceCount: 2,
    root: 4,
    excessCost: 1_000,
    supply: [4, 3, 0, 0],
    arcs: [
      { from: 0, to: 2, width: 4, cost: 1 },
      { from: 0, to: 3, width: 4, cost: 2 },
      { from: 1, to: 2, width: 9, cost: 1 },
      { from: 1, to: 3, width: 3, cost: 8 },
      { from: 2, to: 4, width: 5, cost: 0 },
      { from: 2, to: 4, width: Infinity, cost: 50 },
      { from: 3, to: 4, width: Infinity, cost: 0 },
    ],
  });
}

describe('optimise', () => {
  it('sends who has the cheaper detour around', () => {
    expect(flowsOf(solve(twoWays()).basis)).toEqual([2, 2, 3, 0, 5, 0, 2]);
  });

  it('answers what one unit more would cost at each node', () => {
    const { basis, prices } = solve(twoWays());
    // One more at node 2 sends another of source 0 around, for 1 more than its way over node 2.
    expect(Array.from(prices)).toEqual([1, 0]);
    expect([basis.tree.potentialOf(0), basis.tree.potentialOf(1)]).toEqual([-2, -2]);
  });

  it('leaves in excess only what has no other way', () => {
    const network = aNetwork({
      sourceCount: 1,
      root: 2,
      excessCost: 100,
      supply: [5, 0],
      arcs: [
        { from: 0, to: 1, width: 3, cost: 7 },
        { from: 1, to: 2, width: Infinity, cost: 90 },
      ],
    });
    const { basis } = solve(network);
    expect(flowsOf(basis)).toEqual([3, 3]);
    expect(excessOf(basis)).toEqual([2]);
  });

  it('rests where the cost of an arc bends', () => {
    const network = aNetwork({
      sourceCount: 1,
      root: 3,
      excessCost: 100,
      supply: [10, 0, 0],
      arcs: [
        { from: 0, to: 1, width: 9, cost: 12, toHeld: { width: 6, cost: 8 } },
        { from: 0, to: 2, width: 9, cost: 11, toHeld: { width: 1, cost: 7 } },
        { from: 1, to: 3, width: Infinity, cost: 0 },
        { from: 2, to: 3, width: Infinity, cost: 0 },
      ],
    });
    expect(flowsOf(solve(network).basis)).toEqual([6, 4, 6, 4]);
  });

  it('gives up after so many pivots, and not before', () => {
    // Both sources want node 2; one pivot sends source 0 around.
    expect(solve(twoWays(), { ...noLimits, maxPivots: 0 }).ending).toBe('too-many-pivots');
    expect(solve(twoWays(), { ...noLimits, maxPivots: 1 }).ending).toBe('optimal');
  });

  it('keeps a feasible flow when the time is over', () => {
    const { basis, ending } = solve(twoWays(), { ...noLimits, isOver: () => true });
    expect(ending).toBe('over');
    expect(flowsOf(basis)).toEqual([4, 0, 3, 0, 5, 2, 0]);
  });

  it('does not ask for the time when nothing is left to do', () => {
    const { basis } = solve(twoWays());
    const asking = { front: Int32Array.of(0, 1, 2, 3), back: new Int32Array(), reluctance: null };
    const again = optimise(basis, asking, { ...noLimits, isOver: () => true });
    expect(again.ending).toBe('optimal');
  });

  it('names nodes that could change an arc for nothing', () => {
    const network = aNetwork({
      sourceCount: 2,
      root: 4,
      excessCost: 1_000,
      supply: [4, 3, 0, 0],
      arcs: [
        { from: 0, to: 2, width: 9, cost: 5 },
        { from: 0, to: 3, width: 9, cost: 5 },
        { from: 1, to: 2, width: 9, cost: 5 },
        { from: 1, to: 3, width: 9, cost: 6 },
        { from: 2, to: 4, width: Infinity, cost: 0 },
        { from: 3, to: 4, width: Infinity, cost: 0 },
      ],
    });
    expect(solve(network).tied).toEqual([0]);
  });
});

/** Sources, nodes in the middle and bands from there to the root, all of few small figures: most pivots move nothing. */
const tiedNetworks = fc
  .record({
    supplies: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }),
    middles: fc.integer({ min: 1, max: 4 }),
    widths: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 60, maxLength: 60 }),
    costs: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }),
  })
  .map(({ supplies, middles, widths, costs }) => {
    const sourceCount = supplies.length;
    const root = sourceCount + middles;
    const middle = Array.from({ length: middles }, (_none, index) => sourceCount + index);
    let figure = 0;
    const next = (figures: readonly number[]): number => figures[figure++ % figures.length]!;
    return aNetwork({
      sourceCount,
      root,
      excessCost: 100,
      supply: [...supplies, ...middle.map(() => next(widths))],
      arcs: [
        ...supplies.flatMap((_supply, from) =>
          middle.map((to) => {
            const cost = 2 + next(costs);
            return { from, to, width: next(widths), cost, toHeld: { width: next(widths), cost: cost - 2 } };
          }),
        ),
        ...middle.flatMap((from) => [
          { from, to: root, width: next(widths), cost: 0 },
          { from, to: root, width: next(widths), cost: 1 + next(costs) },
          { from, to: root, width: Infinity, cost: 5 },
        ]),
      ],
    });
  });

function leastCost(network: Network): number {
  const { basis } = solve(network);
  return costOf(basis) + network.excessCost * excessOf(basis).reduce((sum, excess) => sum + excess, 0);
}

describe('a strongly feasible tree', () => {
  it('makes each potential the cost of one unit more, however much is tied', () => {
    fc.assert(
      fc.property(tiedNetworks, (network) => {
        const { basis } = solve(network);
        const cost = leastCost(network);
        expect(isStronglyFeasible(basis)).toBe(true);
        for (let node = 0; node < network.root; node += 1) {
          const supply = network.supply.with(node, network.supply[node]! + 1);
          expect(leastCost({ ...network, supply }) - cost).toBe(0 - basis.tree.potentialOf(node));
        }
      }),
      { numRuns: 1_000, seed: 20_260_501 },
    );
  });

  it('gives the same prices from whichever prices it started', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(tiedNetworks, prices, (network, guessed) => {
        const guess = Float64Array.from(guessed.slice(0, network.root - network.sourceCount));
        const solved = solveNetwork(network, guess, noLimits, new ArrayShelf());
        expect(isStronglyFeasible(startingFlow(network, guess, new ArrayShelf()).basis)).toBe(true);
        expect(solved.prices).toEqual(solve(network).prices);
        expect(costOf(solved.basis)).toBe(costOf(solve(network).basis));
      }),
      { numRuns: 1_000, seed: 20_260_502 },
    );
  });
});
