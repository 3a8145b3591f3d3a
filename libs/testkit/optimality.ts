import { listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, Problem } from '#core/formulate/problem.js';

/** Cost of shares by the words of `Problem`, in connection-milliseconds per second; looks at no solver. */
export function costOfShares(problem: Problem, shares: ArrayLike<number>): number {
  const { routeFlows, originFlows, connections } = flowsOf(problem, shares);
  const arcs = listArcs(problem.arcs).map((arc, index) => {
    const share = shares[index] ?? 0;
    const moved = arc.heldShare === null ? 0 : Math.abs(share - arc.heldShare);
    return demandOf(problem, arc) * (share * arc.costMs + reluctanceMs(problem, arc) * moved);
  });
  const routes = problem.routes.map(({ bands }, index) => costInBands(bands, routeFlows[index] ?? 0));
  const origins = problem.origins.map(({ bands }, index) => costInBands(bands, originFlows[index] ?? 0));
  const open = problem.origins.map(({ connectionBands }, index) =>
    costInBands(connectionBands, connections[index] ?? 0),
  );
  return [...arcs, ...routes, ...origins, ...open].reduce((sum, cost) => sum + cost, 0);
}

/** How far from optimal an answer may be called optimal. */
interface OptimalityTolerance {
  /** Exchanges of less share than this are not tried. */
  readonly share: number;
  /** Flows this close to the end of a band, in connections per second, count as being on either side of it. */
  readonly flow: number;
  /** What an exchange must save for each connection to count, in ms. */
  readonly savingMs: number;
}

/**
 * The best saving, in ms per connection, of any round of exchanges that the bounds allow, over any number of pairs, routes
 * and origins; 0 when there is none. The problem is convex, so shares are optimal exactly when no round saves anything
 * (negative cycles of the residual network, found by Bellman and Ford's method). For flows only: without connection bands.
 */
export function bestSavingMs(problem: Problem, shares: ArrayLike<number>, tolerance: OptimalityTolerance): number {
  const edges = residualEdges(problem, shares, tolerance);
  const nodes = problem.pairs.length + problem.routes.length + problem.origins.length + 1;
  const distances = new Float64Array(nodes);
  const arrivals: (ResidualEdge | undefined)[] = Array.from({ length: nodes }, () => undefined);
  let lastChanged = -1;
  for (let round = 0; round <= nodes; round += 1) {
    lastChanged = -1;
    for (const edge of edges) {
      const distance = (distances[edge.from] ?? 0) + edge.costMs;
      if (distance >= (distances[edge.to] ?? 0) - tolerance.savingMs / nodes) continue;
      distances[edge.to] = distance;
      arrivals[edge.to] = edge;
      lastChanged = edge.to;
    }
    if (lastChanged === -1) return 0;
  }
  return savingOnCycle(arrivals, lastChanged, nodes);
}

interface ResidualEdge {
  readonly from: number;
  readonly to: number;
  readonly costMs: number;
}

/** Walks back far enough to be on the cycle, then once around it. */
function savingOnCycle(arrivals: readonly (ResidualEdge | undefined)[], end: number, nodes: number): number {
  let node = end;
  for (let step = 0; step < nodes; step += 1) node = arrivals[node]?.from ?? node;
  let saving = 0;
  const start = node;
  do {
    const edge = arrivals[node];
    if (edge === undefined) return 0;
    saving -= edge.costMs;
    node = edge.from;
  } while (node !== start);
  return saving;
}

/** Every direction in which flow can still be changed, with the price of one more connection that way. */
function residualEdges(
  problem: Problem,
  shares: ArrayLike<number>,
  tolerance: OptimalityTolerance,
): readonly ResidualEdge[] {
  const { routeFlows, originFlows } = flowsOf(problem, shares);
  const firstRoute = problem.pairs.length;
  const firstOrigin = firstRoute + problem.routes.length;
  const sink = firstOrigin + problem.origins.length;
  return [
    ...listArcs(problem.arcs).flatMap((arc, index) =>
      arcEdges(arc, shares[index] ?? 0, reluctanceMs(problem, arc), arc.pair, firstRoute + arc.route, tolerance.share),
    ),
    ...problem.routes.flatMap(({ bands, origin }, index) =>
      bandEdges(bands, routeFlows[index] ?? 0, firstRoute + index, firstOrigin + origin, tolerance.flow),
    ),
    ...problem.origins.flatMap(({ bands }, index) =>
      bandEdges(bands, originFlows[index] ?? 0, firstOrigin + index, sink, tolerance.flow),
    ),
  ];
}

function arcEdges(
  arc: Arc,
  share: number,
  reluctance: number,
  from: number,
  to: number,
  tolerance: number,
): readonly ResidualEdge[] {
  const edges: ResidualEdge[] = [];
  const half = arc.heldShare === null ? 0 : reluctance;
  const held = arc.heldShare ?? 0;
  if (share < arc.maxShare - tolerance) {
    edges.push({ from, to, costMs: arc.costMs + (share >= held - tolerance ? half : -half) });
  }
  if (share > arc.minShare + tolerance) {
    edges.push({ from: to, to: from, costMs: -arc.costMs + (share <= held + tolerance ? half : -half) });
  }
  return edges;
}

function bandEdges(
  bands: readonly Band[],
  flow: number,
  from: number,
  to: number,
  tolerance: number,
): readonly ResidualEdge[] {
  const more = { from, to, costMs: priceAt(bands, flow + tolerance) };
  return flow > tolerance ? [more, { from: to, to: from, costMs: -priceAt(bands, flow - tolerance) }] : [more];
}

function priceAt(bands: readonly Band[], flow: number): number {
  let end = 0;
  for (const band of bands) {
    end += band.width ?? Infinity;
    if (flow < end) return band.costMs;
  }
  return 0;
}

function costInBands(bands: readonly Band[], flow: number): number {
  let left = flow;
  let cost = 0;
  for (const band of bands) {
    const inBand = Math.min(left, band.width ?? Infinity);
    cost += inBand * band.costMs;
    left -= inBand;
  }
  return cost;
}

interface Flows {
  readonly routeFlows: readonly number[];
  readonly originFlows: readonly number[];
  /** By origin: how many are open at once. */
  readonly connections: readonly number[];
}

function flowsOf(problem: Problem, shares: ArrayLike<number>): Flows {
  const routeFlows = problem.routes.map(() => 0);
  const originFlows = problem.origins.map(() => 0);
  const connections = problem.origins.map(() => 0);
  listArcs(problem.arcs).forEach((arc, index) => {
    const flow = demandOf(problem, arc) * (shares[index] ?? 0);
    routeFlows[arc.route] = (routeFlows[arc.route] ?? 0) + flow;
    const { origin = -1, connectionSeconds = 0 } = problem.routes[arc.route] ?? {};
    originFlows[origin] = (originFlows[origin] ?? 0) + flow;
    connections[origin] = (connections[origin] ?? 0) + flow * connectionSeconds;
  });
  return { routeFlows, originFlows, connections };
}

/** What a connection more or less than held costs beside the rest. */
function reluctanceMs({ inertiaMs }: Problem, { uncertaintyMs = 0 }: Arc): number {
  return inertiaMs / 2 + uncertaintyMs;
}

function demandOf(problem: Problem, arc: Arc): number {
  return problem.pairs[arc.pair]?.demand ?? 0;
}
