import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problems } from '#testkit/problem-arbitraries.js';
import { aCycleLater, aGlobe } from './example-globe.js';
import { minimumCostFlow } from './network-simplex.js';
import { readShares } from './read-shares.js';
import { startingFlow } from './starting-flow.js';
import { writeNetwork } from './write-network.js';

describe('startingFlow', () => {
  it('sends on all there is, within capacities, and leaves only arcs of the tree neither empty nor full', () => {
    fc.assert(
      fc.property(problems({ balancers: 3, edges: 8, origins: 6 }), (problem) => {
        const { network, pieceToHeld } = writeNetwork(problem);
        const { flow, treeArc } = startingFlow(network, pieceToHeld);
        const left = [...network.supply, 0];
        const inTree = new Set(treeArc);
        flow.forEach((amount, arc) => {
          const capacity = network.capacity[arc]!;
          left[network.from[arc]!]! -= amount;
          left[network.to[arc]!]! += amount;
          if (!inTree.has(arc)) expect([0, capacity]).toContain(amount);
          else expect(amount >= 0 && amount < capacity).toBe(true);
        });
        expect(left.slice(0, network.root).every((amount) => amount === 0)).toBe(true);
        expect(Array.from(treeArc, (arc) => network.from[arc])).toEqual(left.slice(1).map((_amount, node) => node));
      }),
      { numRuns: 500, seed: 20_260_401 },
    );
  });

  it('is nearer to the optimum when little has changed since', () => {
    const globe = aGlobe({ balancers: 2, edges: 250, origins: 20 });
    const pivotsSuffice = (problem: typeof globe, maxPivots: number) => {
      const { network, pieceToHeld } = writeNetwork(problem);
      return minimumCostFlow(network, startingFlow(network, pieceToHeld), maxPivots) !== null;
    };
    const written = writeNetwork(globe);
    const optimum = minimumCostFlow(written.network, startingFlow(written.network, written.pieceToHeld), 1e6)!;
    const shares = readShares(globe, written, optimum.flow);
    const later = aCycleLater(globe, shares, { maxShift: 0.02, demandChange: 0.01 });
    expect(pivotsSuffice(globe, 1_500)).toBe(false);
    expect(pivotsSuffice(later, 1_500)).toBe(true);
  });
});
