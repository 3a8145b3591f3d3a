import type { LoadBalancerName } from '#core/model/name.js';
import { ArcWriter } from '#core/formulate/arc-columns.js';
import type { ArcColumns, OriginNode, Pair, Problem, Route } from '#core/formulate/problem.js';

/** A part of a problem that shares no origin with the rest, and the indices its lists have in the whole. */
export interface Component {
  readonly problem: Problem;
  /** A pair brings all its arcs. */
  readonly pairs: readonly number[];
  readonly routes: readonly number[];
  readonly origins: readonly number[];
}

/**
 * The independent parts of a problem: load balancers that share an origin, directly or over others, are in one. In the
 * order of their first origins; load balancers that have no origin come last, each for itself. Null when there is but
 * one, which then is the problem itself. Pure.
 */
export function splitComponents(problem: Problem): readonly Component[] | null {
  const parts = numberParts(problem);
  if (parts.count <= 1) return null;
  const builders = Array.from({ length: parts.count }, () => new ComponentBuilder(problem.inertiaMs));
  const at = (part: number | undefined): ComponentBuilder | undefined => builders[part ?? -1];
  const originsWithin = problem.origins.map(
    (node, origin) => at(parts.ofOrigin[origin])?.addOrigin(node, origin) ?? -1,
  );
  const routesWithin = problem.routes.map(
    (route, index) => at(parts.ofOrigin[route.origin])?.addRoute(route, index, originsWithin[route.origin] ?? -1) ?? -1,
  );
  problem.pairs.forEach((pair, index) => {
    at(parts.ofBalancer.get(pair.loadBalancer))?.addPair(pair, index);
  });
  return builders.map((builder) => builder.finish(problem.arcs, routesWithin));
}

/** Which part each origin and each load balancer is in. */
interface Parts {
  readonly count: number;
  readonly ofOrigin: readonly number[];
  readonly ofBalancer: ReadonlyMap<LoadBalancerName, number>;
}

function numberParts({ pairs, routes, origins }: Problem): Parts {
  const sets = new DisjointSets(origins.length);
  const firstOrigin = new Map<LoadBalancerName, number>();
  for (const { loadBalancer, origin } of routes) {
    const first = firstOrigin.get(loadBalancer);
    if (first === undefined) firstOrigin.set(loadBalancer, origin);
    else sets.join(first, origin);
  }
  const partOfSet = new Map<number, number>();
  const ofOrigin = origins.map((_node, origin) => numberOf(partOfSet, sets.find(origin)));
  const ofBalancer = new Map<LoadBalancerName, number>();
  for (const [loadBalancer, origin] of firstOrigin) ofBalancer.set(loadBalancer, ofOrigin[origin] ?? -1);
  let count = partOfSet.size;
  for (const { loadBalancer } of pairs) {
    if (!ofBalancer.has(loadBalancer)) ofBalancer.set(loadBalancer, count++);
  }
  return { count, ofOrigin, ofBalancer };
}

/** The number of a key: the next free one when it is new. */
function numberOf(numbers: Map<number, number>, key: number): number {
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}

class DisjointSets {
  private readonly parent: number[];

  constructor(size: number) {
    this.parent = Array.from({ length: size }, (_none, index) => index);
  }

  find(member: number): number {
    let root = member;
    for (let parent = this.parentOf(root); parent !== root; parent = this.parentOf(root)) {
      // Halving the way keeps later ones short.
      this.parent[root] = this.parentOf(parent);
      root = parent;
    }
    return root;
  }

  join(one: number, other: number): void {
    this.parent[this.find(one)] = this.find(other);
  }

  private parentOf(member: number): number {
    return this.parent[member] ?? member;
  }
}

/** Collects one part. What adds origins and routes answers the index within the part. */
class ComponentBuilder {
  private readonly pairs: Pair[] = [];
  private readonly routes: Route[] = [];
  private readonly origins: OriginNode[] = [];
  private readonly pairIndices: number[] = [];
  private readonly routeIndices: number[] = [];
  private readonly originIndices: number[] = [];

  constructor(private readonly inertiaMs: number) {}

  addOrigin(node: OriginNode, index: number): number {
    this.originIndices.push(index);
    return this.origins.push(node) - 1;
  }

  addRoute({ loadBalancer, bands, connectionSeconds }: Route, index: number, origin: number): number {
    this.routeIndices.push(index);
    return this.routes.push({ loadBalancer, origin, bands, connectionSeconds }) - 1;
  }

  addPair(pair: Pair, index: number): void {
    this.pairIndices.push(index);
    this.pairs.push(pair);
  }

  /** From the arcs of the whole, and by route of the whole what it is within its part. */
  finish(whole: ArcColumns, routesWithin: readonly number[]): Component {
    const { pairs, routes, origins, inertiaMs } = this;
    return {
      problem: { pairs, arcs: this.arcsWithin(whole, routesWithin), routes, origins, inertiaMs },
      pairs: this.pairIndices,
      routes: this.routeIndices,
      origins: this.originIndices,
    };
  }

  private arcsWithin(whole: ArcColumns, routesWithin: readonly number[]): ArcColumns {
    const { firstArc, route, costMs, minShare, maxShare, heldShare, uncertaintyMs } = whole;
    const countOf = (pair: number): number => (firstArc[pair + 1] ?? 0) - (firstArc[pair] ?? 0);
    const count = this.pairIndices.reduce((sum, pair) => sum + countOf(pair), 0);
    const writer = new ArcWriter(this.pairIndices.length, count);
    for (const pair of this.pairIndices) {
      const end = firstArc[pair + 1] ?? 0;
      for (let arc = firstArc[pair] ?? 0; arc < end; arc += 1) {
        const within = routesWithin[route[arc] ?? -1] ?? -1;
        writer.add(
          within,
          costMs[arc] ?? NaN,
          minShare[arc] ?? NaN,
          maxShare[arc] ?? NaN,
          heldShare[arc] ?? NaN,
          uncertaintyMs[arc] ?? NaN,
        );
      }
      writer.endPair();
    }
    return writer.finish();
  }
}
