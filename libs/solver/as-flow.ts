import type { Band, OriginNode, Problem } from '#core/formulate/problem.js';

/**
 * A problem with connection bands as a flow that comes near it: limits of open connections become limits of the rate, by
 * the connection time of what each origin serves now (held shares × demand), or of all its routes alike when nothing is
 * held there. Exact where all connections of an origin last alike. Pure.
 */
export function asFlow(problem: Problem): Problem {
  const seconds = connectionTimes(problem);
  return {
    ...problem,
    origins: problem.origins.map((node, origin) => rateLimited(node, seconds[origin] ?? 0)),
  };
}

function rateLimited(node: OriginNode, seconds: number): OriginNode {
  // Connections that take no time fill nothing.
  if (node.connectionBands.length === 0 || seconds === 0) return { ...node, connectionBands: [] };
  const inRates = node.connectionBands.map(({ width, costMs }) => ({
    width: width === null ? null : width / seconds,
    costMs: costMs * seconds,
  }));
  return { ...node, bands: node.bands.length === 0 ? inRates : sumOfBands(node.bands, inRates), connectionBands: [] };
}

/** Bands that cost as much as both together. */
function sumOfBands(one: readonly Band[], other: readonly Band[]): readonly Band[] {
  const ends = [...new Set([...endsOf(one), ...endsOf(other)])].sort((first, second) => first - second);
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0;
    return { width: end === Infinity ? null : end - start, costMs: costAfter(one, start) + costAfter(other, start) };
  });
}

/** Where bands end, those without room left out. */
function endsOf(bands: readonly Band[]): readonly number[] {
  let end = 0;
  return bands.filter(({ width }) => width !== 0).map(({ width }) => (end += width ?? Infinity));
}

/** Cost of what comes after a load of `start`. */
function costAfter(bands: readonly Band[], start: number): number {
  let end = 0;
  for (const { width, costMs } of bands) {
    end += width ?? Infinity;
    if (end > start) return costMs;
  }
  return 0;
}

/** By origin: how long connections last there on average, in seconds. */
function connectionTimes({ pairs, arcs, routes, origins }: Problem): readonly number[] {
  const loads = origins.map(() => new WeightedMean());
  pairs.forEach(({ demand }, pair) => {
    for (let arc = arcs.firstArc[pair] ?? 0; arc < (arcs.firstArc[pair + 1] ?? 0); arc += 1) {
      const { origin = -1, connectionSeconds = 0 } = routes[arcs.route[arc] ?? -1] ?? {};
      const held = arcs.heldShare[arc] ?? NaN;
      if (!Number.isNaN(held)) loads[origin]?.add(connectionSeconds, held * demand);
    }
  });
  const alike = origins.map(() => new WeightedMean());
  for (const { origin, connectionSeconds } of routes) alike[origin]?.add(connectionSeconds, 1);
  return loads.map((load, origin) => load.mean ?? alike[origin]?.mean ?? 0);
}

class WeightedMean {
  private sum = 0;
  private weight = 0;

  add(value: number, weight: number): void {
    this.sum += value * weight;
    this.weight += weight;
  }

  get mean(): number | null {
    return this.weight > 0 ? this.sum / this.weight : null;
  }
}
