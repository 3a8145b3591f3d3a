import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayShelf } from './array-shelf.js';
import { breakTies } from './break-ties.js';
import { aNetwork, costOf, flowsOf, isStronglyFeasible, noLimits } from './example-network.js';
import type { Network } from './network.js';
import { solveNetwork } from './solve-network.js';

/** Everyone may go anywhere for the same, and is held in parts: any flow within the limits costs least. */
function aNetworkOfTies(sources: number, middles: number, cost = 5): Network {
  const root = sources + middles;
  const froms = Array.from({ length: sources }, (_none, source) => source);
  const middle = Array.from({ length: middles }, (_none, index) => sources + index);
  return aNetwork({
    sourceCount: sources,
    root,
    excessCost: 1_000,
    supply: [...froms.map((source) => 3 + (source % 4)), ...middle.map(() => 0)],
    arcs: [
      ...froms.flatMap((from) => middle.map((to) => ({ from, to, width: 2, cost, toHeld: { width: 1, cost } }))),
      ...middle.flatMap((from) => [
        { from, to: root, width: 2 * sources, cost: 0 },
        { from, to: root, width: Infinity, cost: 90 },
      ]),
    ],
  });
}

function untied(
  network: Network,
  prices: readonly number[],
): { readonly flows: readonly number[]; readonly cost: number } {
  const { basis, tied, ending } = solveNetwork(network, Float64Array.from(prices), noLimits, new ArrayShelf());
  expect(ending).toBe('optimal');
  const cost = costOf(basis);
  const answer = breakTies(basis, tied, noLimits);
  expect(answer).toMatchObject({ ending: 'optimal', isUnique: true });
  expect(isStronglyFeasible(answer.basis)).toBe(true);
  const flows = flowsOf(answer.basis);
  return { flows, cost };
}

describe('breakTies', () => {
  it('ends at one flow of least cost, from wherever the simplex started', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), prices, (sources, guess) => {
        const network = aNetworkOfTies(sources, 4);
        expect(untied(network, guess)).toEqual(untied(network, [0, 0, 0, 0]));
      }),
      { numRuns: 300, seed: 20_260_601 },
    );
  });

  it('would otherwise depend on where it started', () => {
    const network = aNetworkOfTies(12, 4);
    const flows = (prices: readonly number[]): readonly number[] =>
      flowsOf(solveNetwork(network, Float64Array.from(prices), noLimits, new ArrayShelf()).basis);
    expect(flows([9, 0, 5, 1])).not.toEqual(flows([0, 9, 1, 5]));
  });

  it('costs no more than before', () => {
    const network = aNetworkOfTies(12, 4);
    const { flows, cost } = untied(network, [9, 0, 5, 1]);
    const shareArcs = 12 * 4;
    const total = flows.slice(0, shareArcs).reduce((sum, flow) => sum + flow, 0);
    expect(cost).toBe(5 * total);
  });

  it('does not say that the answer is unique when the time is over', () => {
    const network = aNetworkOfTies(12, 4);
    const { basis, tied } = solveNetwork(network, new Float64Array(4), noLimits, new ArrayShelf());
    expect(breakTies(basis, tied, { ...noLimits, isOver: () => true })).toMatchObject({
      ending: 'over',
      isUnique: false,
    });
  });

  it('has nothing to do where nothing is tied', () => {
    const network = aNetwork({
      sourceCount: 1,
      root: 2,
      excessCost: 100,
      supply: [4, 0],
      arcs: [
        { from: 0, to: 1, width: 4, cost: 1 },
        { from: 1, to: 2, width: Infinity, cost: 1 },
      ],
    });
    const { basis, tied } = solveNetwork(network, new Float64Array(1), noLimits, new ArrayShelf());
    expect(breakTies(basis, tied, noLimits).basis).toBe(basis);
  });
});
