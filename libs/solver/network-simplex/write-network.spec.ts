import { describe, expect, it } from 'vitest';
import type { Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { writeNetwork } from './write-network.js';

const loadBalancer = loadBalancerName('shop');

/** One held pair of 100 connections a second; a route with bands to an origin without, and the other way around. */
const problem: Problem = {
  pairs: [{ loadBalancer, edge: edgeName('fra-1'), demand: 100 }],
  arcs: [
    { pair: 0, route: 0, costMs: 10, minShare: 0.25, maxShare: 0.75, heldShare: 0.5 },
    { pair: 0, route: 1, costMs: 20, minShare: 0, maxShare: 0.5, heldShare: 0.5 },
  ],
  routes: [
    {
      loadBalancer,
      origin: 0,
      bands: [
        { width: 40, costMs: 0 },
        { width: null, costMs: 60_000 },
      ],
    },
    { loadBalancer, origin: 1, bands: [] },
  ],
  origins: [
    { origin: originName('west'), bands: [] },
    {
      origin: originName('east'),
      bands: [
        { width: 0, costMs: 0 },
        { width: 8, costMs: 10 },
        { width: null, costMs: 15_000 },
      ],
    },
  ],
  inertiaMs: 2,
};

describe('writeNetwork', () => {
  const { network, units, pieceToHeld, pieceBeyond, nodes } = writeNetwork(problem);

  it('tells pieces and bands as arcs, in connections per second and ms', () => {
    const arcs = Array.from({ length: network.firstExcessArc }, (_none, arc) => [
      network.from[arc],
      network.to[arc],
      network.capacity[arc]! / units.perConnection,
      network.cost[arc]! / units.perMs,
    ]);
    const [pair, west, east, root] = [0, 2, 3, 4];
    expect(arcs).toEqual([
      [pair, 1, 25, 9],
      [pair, 1, 25, 11],
      [pair, east, 50, 19],
      [1, west, 40, 0],
      [1, west, Infinity, 60_000],
      [west, root, Infinity, 0],
      [east, root, 8, 10],
      [east, root, Infinity, 15_000],
    ]);
  });

  it('leaves out pieces and bands without room', () => {
    expect(Array.from(pieceToHeld)).toEqual([0, 2]);
    expect(Array.from(pieceBeyond)).toEqual([1, -1]);
  });

  it('takes a route without bands for its origin', () => {
    expect(Array.from(nodes.ofRoute)).toEqual([1, 3]);
    expect(Array.from(nodes.ofOrigin)).toEqual([2, 3]);
  });

  it('lets lower bounds enter where they lead to', () => {
    expect(Array.from(network.supply, (amount) => amount / units.perConnection)).toEqual([75, 25, 0, 0]);
  });

  it('uses the finest integers that stay exact', () => {
    expect(100 * units.perConnection).toBeGreaterThan(2 ** 51);
    expect(100 * units.perConnection).toBeLessThanOrEqual(2 ** 52);
    const figures = [...network.capacity, ...network.cost, ...network.supply].filter(Number.isFinite);
    expect(figures.every(Number.isSafeInteger)).toBe(true);
  });

  it('makes giving up dearer than any way', () => {
    const excess = network.cost[network.firstExcessArc]! / units.perMs;
    expect(excess).toBeGreaterThan(21 + 60_000 + 15_000);
  });
});
