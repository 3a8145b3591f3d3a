import type { Band, Problem } from '#core/formulate/problem.js';
import { floatAt } from './typed-arrays.js';

/** What shares cost by the words of the problem, in connection-milliseconds per second. */
export function costOfShares({ pairs, arcs, routes, origins, inertiaMs }: Problem, shares: readonly number[]): number {
  const routeFlows = new Float64Array(routes.length);
  const originFlows = new Float64Array(origins.length);
  let cost = 0;
  arcs.forEach(({ pair, route, costMs, heldShare }, index) => {
    const share = shares[index] ?? NaN;
    const demand = pairs[pair]?.demand ?? NaN;
    const moved = heldShare === null ? 0 : Math.abs(share - heldShare);
    cost += demand * (share * costMs + (inertiaMs * moved) / 2);
    routeFlows[route] = floatAt(routeFlows, route) + demand * share;
  });
  routes.forEach(({ origin, bands }, route) => {
    const flow = floatAt(routeFlows, route);
    originFlows[origin] = floatAt(originFlows, origin) + flow;
    cost += costInBands(bands, flow);
  });
  return origins.reduce((sum, { bands }, origin) => sum + costInBands(bands, floatAt(originFlows, origin)), cost);
}

function costInBands(bands: readonly Band[], flow: number): number {
  let left = flow;
  let cost = 0;
  for (const { width, costMs } of bands) {
    const inBand = Math.min(left, width ?? Infinity);
    cost += inBand * costMs;
    left -= inBand;
  }
  return cost;
}
