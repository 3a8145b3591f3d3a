import { describe, expect, it } from 'vitest';
import { arcColumns, listArcs } from '#core/formulate/arc-columns.js';
import type { Band, Problem } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { ArrayShelf } from './array-shelf.js';
import { readColumns } from './problem-columns.js';
import { formOf, writeNetwork, type WrittenNetwork } from './write-network.js';

const loadBalancer = loadBalancerName('shop');

/** One held pair of 100 connections a second; a route with bands to an origin without, and the other way around. */
const problem: Problem = {
  pairs: [{ loadBalancer, edge: edgeName('fra-1'), demand: 100 }],
  arcs: arcColumns(1, [
    { pair: 0, route: 0, costMs: 10, minShare: 0.25, maxShare: 0.75, heldShare: 0.5 },
    { pair: 0, route: 1, costMs: 20, minShare: 0, maxShare: 0.5, heldShare: 0.5 },
  ]),
  routes: [
    {
      loadBalancer,
      origin: 0,
      bands: [
        { width: 40, costMs: 0 },
        { width: null, costMs: 60_000 },
      ],
      connectionSeconds: 1,
    },
    { loadBalancer, origin: 1, bands: [], connectionSeconds: 1 },
  ],
  origins: [
    { origin: originName('west'), bands: [], connectionBands: [] },
    {
      origin: originName('east'),
      bands: [
        { width: 8, costMs: 10 },
        { width: null, costMs: 15_000 },
      ],
      connectionBands: [],
    },
  ],
  inertiaMs: 2,
};

function written(of: Problem): WrittenNetwork {
  const columns = readColumns(of);
  return writeNetwork(of, columns, formOf(of, columns), new ArrayShelf());
}

describe('writeNetwork', () => {
  const { network, units, nodes } = written(problem);

  it('tells arcs and bands in connections per second and ms', () => {
    const arcs = Array.from(network.to, (to, arc) => ({
      to,
      widths: [network.widthToHeld[arc]! / units.perConnection, network.widthBeyond[arc]! / units.perConnection],
      costs: [network.costToHeld[arc]! / units.perMs, network.costBeyond[arc]! / units.perMs],
    }));
    const [west, east, root] = [2, 3, 4];
    expect(arcs).toEqual([
      { to: 1, widths: [25, 25], costs: [9, 11] },
      { to: east, widths: [50, 0], costs: [19, 21] },
      { to: west, widths: [0, 40], costs: [0, 0] },
      { to: west, widths: [0, Infinity], costs: [0, 60_000] },
      { to: root, widths: [0, Infinity], costs: [0, 0] },
      { to: root, widths: [0, 8], costs: [0, 10] },
      { to: root, widths: [0, Infinity], costs: [0, 15_000] },
    ]);
    expect(Array.from(network.firstArc)).toEqual([0, 2, 4, 5, 7]);
  });

  it('takes a route without bands for its origin', () => {
    expect(Array.from(nodes.ofRoute)).toEqual([1, 3]);
    expect(Array.from(nodes.ofOrigin)).toEqual([2, 3]);
  });

  it('lets lower bounds enter where they lead to', () => {
    expect(Array.from(network.supply, (amount) => amount / units.perConnection)).toEqual([75, 25, 0, 0]);
  });

  it('lifts the limit of an arc that can take all its pair has', () => {
    const free = listArcs(problem.arcs).map((arc) => ({ ...arc, minShare: 0, maxShare: 1, heldShare: null }));
    expect(Array.from(written({ ...problem, arcs: arcColumns(1, free) }).network.widthBeyond.slice(0, 2))).toEqual([
      Infinity,
      Infinity,
    ]);
  });

  it('uses the finest integers that stay exact', () => {
    expect(100 * units.perConnection).toBeGreaterThan(2 ** 51);
    expect(100 * units.perConnection).toBeLessThanOrEqual(2 ** 52);
    const figures = [...network.widthToHeld, ...network.widthBeyond, ...network.costBeyond, ...network.supply];
    expect(figures.filter(Number.isFinite).every(Number.isSafeInteger)).toBe(true);
  });

  it('makes giving up dearer than any way', () => {
    expect(network.excessCost / units.perMs).toBeGreaterThan(21 + 60_000 + 15_000);
  });

  it('does not lose precision by many routes with limits', () => {
    const bands: readonly Band[] = [
      { width: 10, costMs: 0 },
      { width: null, costMs: 60_000 },
    ];
    const balancers = Array.from({ length: 1_000 }, (_none, index) => loadBalancerName(`lb-${index}`));
    const origins = Array.from({ length: 20 }, (_none, index) => ({
      ...problem.origins[1]!,
      origin: originName(`o-${index}`),
    }));
    const routes = balancers.flatMap((name) =>
      origins.map((_node, origin) => ({ loadBalancer: name, origin, bands, connectionSeconds: 1 })),
    );
    const pairs = balancers.map((name) => ({ ...problem.pairs[0]!, loadBalancer: name }));
    const arc = listArcs(problem.arcs)[1]!;
    const arcs = arcColumns(
      pairs.length,
      routes.map((_route, route) => ({ ...arc, pair: Math.floor(route / 20), route })),
    );
    expect(1 / written({ ...problem, pairs, arcs, routes, origins }).units.perMs).toBeLessThan(1e-8);
  });
});
