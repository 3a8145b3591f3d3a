import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from './network.js';
import { minimumCostFlow } from './network-simplex.js';
import { NetworkWriter } from './network-writer.js';
import { startingFlow } from './starting-flow.js';

const NOTHING_HELD = new Int32Array();

/** Two sources, 0 with 4 units and 1 with 3; two ways to the root, over nodes 2 and 3, of which 2 takes 5 units for nothing. */
function twoWays(): { network: Network; arcs: Record<string, number> } {
  const writer = new NetworkWriter(2, 4, 7);
  writer.addSupply(0, 4);
  writer.addSupply(1, 3);
  const arcs = {
    zeroToTwo: writer.addArc(0, 2, 4, 1),
    zeroToThree: writer.addArc(0, 3, 4, 2),
    oneToTwo: writer.addArc(1, 2, 9, 1),
    oneToThree: writer.addArc(1, 3, 3, 8),
    twoFree: writer.addArc(2, 4, 5, 0),
    twoDear: writer.addArc(2, 4, Infinity, 50),
    threeFree: writer.addArc(3, 4, Infinity, 0),
  };
  return { network: writer.finish(1_000), arcs };
}

describe('minimumCostFlow', () => {
  it('sends who has the cheaper detour around', () => {
    const { network, arcs } = twoWays();
    const { flow } = minimumCostFlow(network, startingFlow(network, NOTHING_HELD), 100)!;
    expect(Object.fromEntries(Object.entries(arcs).map(([name, arc]) => [name, flow[arc]]))).toEqual({
      zeroToTwo: 2,
      zeroToThree: 2,
      oneToTwo: 3,
      oneToThree: 0,
      twoFree: 5,
      twoDear: 0,
      threeFree: 2,
    });
  });

  it('answers what one unit more would cost at each node', () => {
    const { network } = twoWays();
    const { potential } = minimumCostFlow(network, startingFlow(network, NOTHING_HELD), 100)!;
    // One more at node 2 sends another of source 0 around, for 1 more than its way over node 2.
    expect(Array.from(potential)).toEqual([-2, -2, -1, 0, 0]);
  });

  it('moves units over the excess arc only when they have no other way', () => {
    const writer = new NetworkWriter(1, 2, 2);
    writer.addSupply(0, 5);
    writer.addArc(0, 1, 3, 7);
    writer.addArc(1, 2, Infinity, 90);
    const network = writer.finish(100);
    const { flow } = minimumCostFlow(network, startingFlow(network, NOTHING_HELD), 100)!;
    expect(Array.from(flow)).toEqual([3, 3, 2]);
  });

  it('gives up after so many pivots, and not before', () => {
    const { network } = twoWays();
    const start = startingFlow(network, NOTHING_HELD);
    // Source 0 came first and took the free way; one pivot corrects that.
    expect(minimumCostFlow(network, start, 0)).toBeNull();
    expect(minimumCostFlow(network, start, 1)).not.toBeNull();
  });

  it('leaves the flow it starts from as it was', () => {
    const { network } = twoWays();
    const start = startingFlow(network, NOTHING_HELD);
    const before = [Array.from(start.flow), Array.from(start.treeArc)];
    minimumCostFlow(network, start, 100);
    expect([Array.from(start.flow), Array.from(start.treeArc)]).toEqual(before);
  });
});

/** Sources, nodes in the middle and bands from there to the root, all of few small figures: most pivots move nothing. */
const tiedNetworks = fc
  .record({
    supplies: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 }),
    middles: fc.integer({ min: 1, max: 4 }),
    capacities: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 50, maxLength: 50 }),
    costs: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 50, maxLength: 50 }),
  })
  .map(({ supplies, middles, capacities, costs }) => {
    const root = supplies.length + middles;
    const writer = new NetworkWriter(supplies.length, root, 50);
    let figure = 0;
    supplies.forEach((supply, source) => {
      writer.addSupply(source, supply);
      for (let middle = supplies.length; middle < root; middle += 1) {
        writer.addArc(source, middle, capacities[figure]!, costs[figure]!);
        figure += 1;
      }
    });
    for (let middle = supplies.length; middle < root; middle += 1) {
      writer.addArc(middle, root, capacities[figure]!, 0);
      writer.addArc(middle, root, capacities[figure + 1]!, costs[figure]!);
      writer.addArc(middle, root, Infinity, 3 + costs[figure + 1]!);
      figure += 2;
    }
    return writer.finish(100);
  });

function leastCost(network: Network): number {
  const { flow } = minimumCostFlow(network, startingFlow(network, NOTHING_HELD), 10_000)!;
  return flow.reduce((sum, amount, arc) => sum + amount * network.cost[arc]!, 0);
}

describe('a strongly feasible tree', () => {
  it('makes each potential the cost of one unit more, however much is tied', () => {
    fc.assert(
      fc.property(tiedNetworks, (network) => {
        const { potential } = minimumCostFlow(network, startingFlow(network, NOTHING_HELD), 10_000)!;
        const cost = leastCost(network);
        for (let node = 0; node < network.root; node += 1) {
          const supply = network.supply.with(node, network.supply[node]! + 1);
          expect(leastCost({ ...network, supply }) - cost).toBe(-potential[node]! + 0);
        }
      }),
      { numRuns: 1_500, seed: 20_260_501 },
    );
  });
});
