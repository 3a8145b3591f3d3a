import type { Band, Problem } from '#core/formulate/problem.js';

/** What shares cost by the words of the problem, in connection-milliseconds per second. */
export function costOfShares(problem: Problem, shares: ArrayLike<number>): number {
  const { pairs, arcs, inertiaMs } = problem;
  const routeFlows = new Float64Array(problem.routes.length);
  let cost = 0;
  pairs.forEach(({ demand }, pair) => {
    for (let arc = arcs.firstArc[pair] ?? 0; arc < (arcs.firstArc[pair + 1] ?? 0); arc += 1) {
      const share = shares[arc] ?? NaN;
      const held = arcs.heldShare[arc] ?? NaN;
      const moved = Number.isNaN(held) ? 0 : Math.abs(share - held);
      const route = arcs.route[arc] ?? -1;
      cost += demand * (share * (arcs.costMs[arc] ?? NaN) + (inertiaMs / 2 + (arcs.uncertaintyMs[arc] ?? NaN)) * moved);
      routeFlows[route] = (routeFlows[route] ?? NaN) + demand * share;
    }
  });
  return cost + costInAllBands(problem, routeFlows);
}

/** What flows (by route) cost in the bands of routes and origins. */
export function costInAllBands({ routes, origins }: Problem, routeFlows: Float64Array): number {
  const rates = new Float64Array(origins.length);
  const connections = new Float64Array(origins.length);
  let cost = 0;
  routes.forEach(({ origin, bands, connectionSeconds }, route) => {
    const rate = routeFlows[route] ?? NaN;
    rates[origin] = (rates[origin] ?? NaN) + rate;
    connections[origin] = (connections[origin] ?? NaN) + rate * connectionSeconds;
    cost += costInBands(bands, rate);
  });
  origins.forEach(({ bands, connectionBands }, origin) => {
    cost += costInBands(bands, rates[origin] ?? NaN) + costInBands(connectionBands, connections[origin] ?? NaN);
  });
  return cost;
}

function costInBands(bands: readonly Band[], load: number): number {
  let left = load;
  let cost = 0;
  for (const { width, costMs } of bands) {
    const inBand = Math.min(left, width ?? Infinity);
    cost += inBand * costMs;
    left -= inBand;
  }
  return cost;
}
