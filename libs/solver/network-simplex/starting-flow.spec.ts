import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problems } from '#testkit/problem-arbitraries.js';
import { ArrayShelf } from './array-shelf.js';
import { aNetwork, excessOf, flowsOf, isStronglyFeasible } from './example-network.js';
import { NetworkWriter } from './network-writer.js';
import { readColumns } from './problem-columns.js';
import { startingFlow } from './starting-flow.js';

describe('startingFlow', () => {
  it('sends on all there is, within widths, by a strongly feasible tree', () => {
    const some = problems({ balancers: 3, edges: 8, origins: 6 });
    fc.assert(
      fc.property(some, fc.nat(1_000), (problem, priceMs) => {
        const shelf = new ArrayShelf();
        const { network, units } = new NetworkWriter().write(problem, readColumns(problem)).written;
        const prices = new Float64Array(network.root - network.sourceCount).map((_none, node) =>
          Math.round(((priceMs * node) % 777) * units.perMs),
        );
        const { basis } = startingFlow(network, prices, shelf);
        const flows = flowsOf(basis);
        const left = [...network.supply.map((supply) => Math.max(0, supply)), 0];
        excessOf(basis).forEach((excess, source) => {
          // Fixed shares are rounded to units one by one.
          expect(excess).toBeLessThanOrEqual(6);
          left[source]! -= excess;
        });
        for (let node = 0; node < network.root; node += 1) {
          for (let arc = network.firstArc[node]!; arc < network.firstArc[node + 1]!; arc += 1) {
            expect(flows[arc]).toBeLessThanOrEqual(network.widthToHeld[arc]! + network.widthBeyond[arc]!);
            left[node]! -= flows[arc]!;
            left[network.to[arc]!]! += flows[arc]!;
          }
        }
        expect(left.slice(0, network.root).every((amount) => amount === 0)).toBe(true);
        expect(isStronglyFeasible(basis)).toBe(true);
      }),
      { numRuns: 500, seed: 20_260_401 },
    );
  });

  const network = aNetwork({
    sourceCount: 2,
    root: 4,
    excessCost: 1_000,
    supply: [10, 10, 0, 0],
    arcs: [
      { from: 0, to: 2, width: Infinity, cost: 20 },
      { from: 0, to: 3, width: Infinity, cost: 50 },
      { from: 1, to: 2, width: Infinity, cost: 20 },
      { from: 1, to: 3, width: Infinity, cost: 200 },
      { from: 2, to: 4, width: 10, cost: 0 },
      { from: 2, to: 4, width: Infinity, cost: 300 },
      { from: 3, to: 4, width: Infinity, cost: 0 },
    ],
  });

  it('sends as is best at the prices given', () => {
    const flowsAt = (...prices: number[]): readonly number[] =>
      flowsOf(startingFlow(network, Float64Array.from(prices), new ArrayShelf()).basis);
    expect(flowsAt(0, 0)).toEqual([10, 0, 10, 0, 10, 10, 0]);
    expect(flowsAt(40, 0)).toEqual([0, 10, 10, 0, 10, 0, 10]);
    expect(flowsAt(190, 0)).toEqual([0, 10, 0, 10, 0, 0, 20]);
  });

  it.each([
    // 20 come to node 2, which takes 10 below its price.
    { prices: [0, 0], misplaced: 10 },
    { prices: [40, 0], misplaced: 0 },
    { prices: [300, 0], misplaced: 10 },
    // Node 3 takes nothing for less than nothing.
    { prices: [100, -1], misplaced: 10 },
  ])('tells how far from its prices $prices it is', ({ prices, misplaced }) => {
    const { imbalance } = startingFlow(network, Float64Array.from(prices), new ArrayShelf());
    expect(imbalance).toBe(misplaced / 20);
  });

  it('leaves nothing in excess because of prices that are too high', () => {
    expect(excessOf(startingFlow(network, Float64Array.of(1e6, 1e6), new ArrayShelf()).basis)).toEqual([0, 0]);
  });

  it('tells how much each source would lose by its next best way', () => {
    const { reluctance } = startingFlow(network, Float64Array.of(40, 0), new ArrayShelf());
    expect([0, 1].map((source) => reluctance.lossOf(source))).toEqual([10, 140]);
  });
});
