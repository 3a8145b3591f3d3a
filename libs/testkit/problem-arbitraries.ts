import fc from 'fast-check';
import { originBands, routeBands } from '#core/formulate/bands.js';
import {
  BEYOND_SOFT_LATENCY_COST_MS,
  BEYOND_STRICT_LATENCY_COST_MS,
  MAX_RTT_COST_MS,
  TIER_COST_MS,
} from '#core/formulate/costs.js';
import { arcColumns, listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, OriginNode, Pair, Problem, Route } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';

/** How large the problems may get. */
interface ProblemSize {
  readonly balancers: number;
  readonly edges: number;
  readonly origins: number;
}

/** Evenly spread over the orders of magnitude from `10^low` to `10^high`; `fc.double` exponents would be all but 0. */
function magnitude(low: number, high: number): fc.Arbitrary<number> {
  return fc.integer({ min: 100 * low, max: 100 * high }).map((exponent) => 10 ** (exponent / 100));
}

const capacity = fc.oneof(
  fc.constant(null),
  fc.constant(0),
  magnitude(-3, 7),
  fc.integer({ min: 1, max: 2_000 }).map(Number),
);
const limit = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.constant(0),
  magnitude(-3, 7),
  fc.integer({ min: 1, max: 2_000 }),
);
const fraction = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);

/** Open for as long as connections are: from requests to streams. */
const connectionTime = fc.oneof(fc.constant(0), fc.constant(1), magnitude(-2, 4));

/** Demand as `formulate` tells it: an idle pair counts as a millionth of the busiest. */
const demand = fc.oneof({ weight: 3, arbitrary: magnitude(-3, 6) }, fc.constant(0), fc.integer({ min: 1, max: 500 }));

/** Of most, nothing is uncertain. */
const uncertainty = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.double({ min: 0, max: 50, noNaN: true }));

const arcCost = fc
  .record({
    rttMs: fc.double({ min: 0.1, max: 400, noNaN: true }),
    tier: fc.integer({ min: 0, max: 2 }),
    beyond: fc.constantFrom(0, 0, 0, BEYOND_SOFT_LATENCY_COST_MS, BEYOND_STRICT_LATENCY_COST_MS),
  })
  .map(({ rttMs, tier, beyond }) => Math.min(rttMs, MAX_RTT_COST_MS) + tier * TIER_COST_MS + beyond);

/** How the shares of one pair are bound: not at all, by damping around held shares, or fixed. */
const standing = fc.record({
  kind: fc.constantFrom('initial', 'steady', 'steady', 'displaced', 'stale'),
  step: fc.constantFrom(0.02, 0.005, 0.25),
  pieces: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 8, maxLength: 8 }),
});
type Standing = typeof standing extends fc.Arbitrary<infer T> ? T : never;

/** Problems of realistic magnitudes, feasible as `formulate` makes them. */
export function problems(size: ProblemSize): fc.Arbitrary<Problem> {
  const pairCount = size.balancers * size.edges;
  return fc
    .record({
      balancers: fc.integer({ min: 1, max: size.balancers }),
      edges: fc.integer({ min: 1, max: size.edges }),
      origins: fc.array(fc.record({ capacity, target: fraction }), { minLength: 1, maxLength: size.origins }),
      demands: fc.array(demand, { minLength: pairCount, maxLength: pairCount }),
      standings: fc.array(standing, { minLength: pairCount, maxLength: pairCount }),
      limits: fc.array(limit, { minLength: 8, maxLength: 8 }),
      costs: fc.array(arcCost, { minLength: 16, maxLength: 16 }),
      uncertainties: fc.array(uncertainty, { minLength: 7, maxLength: 7 }),
    })
    .map(({ balancers, edges, origins, demands, standings, limits, costs, uncertainties }) => {
      const routes: Route[] = [];
      const pairs: Pair[] = [];
      const arcs: Arc[] = [];
      const nominal = Math.max(1e-3, 1e-6 * Math.max(...demands));
      for (let balancer = 0; balancer < balancers; balancer += 1) {
        const loadBalancer = loadBalancerName(`lb-${balancer}`);
        const firstRoute = routes.length;
        origins.forEach((_origin, origin) => {
          routes.push({
            loadBalancer,
            origin,
            bands: routeBands(at(limits, balancer * 3 + origin)),
            connectionSeconds: 1,
          });
        });
        for (let edge = 0; edge < edges; edge += 1) {
          const index = pairs.length;
          pairs.push({ loadBalancer, edge: edgeName(`edge-${edge}`), demand: Math.max(nominal, at(demands, index)) });
          arcs.push(
            ...origins.map((_origin, origin) => ({
              pair: index,
              route: firstRoute + origin,
              costMs: at(costs, index * 5 + origin),
              uncertaintyMs: at(uncertainties, index * 3 + origin),
              ...boundsOf(at(standings, index), origin, origins.length),
            })),
          );
        }
      }
      return {
        pairs,
        arcs: arcColumns(pairs.length, arcs),
        routes,
        origins: origins.map(originNode),
        inertiaMs: 2,
      };
    });
}

/** As `problems`, where connections last differently, and some origins limit how many are open at once. */
export function problemsWithConnectionBands(size: ProblemSize): fc.Arbitrary<Problem> {
  const record = fc.record({
    problem: problems(size),
    seconds: fc.array(connectionTime, { minLength: 7, maxLength: 7 }),
    limits: fc.array(fc.option(magnitude(-1, 6)), { minLength: size.origins, maxLength: size.origins }),
  });
  return record.map(({ problem, seconds, limits }) => ({
    ...problem,
    routes: problem.routes.map((route, index) => ({ ...route, connectionSeconds: at(seconds, index) })),
    origins: problem.origins.map((node, index) => ({ ...node, connectionBands: connectionBands(at(limits, index)) })),
  }));
}

function connectionBands(limit: number | null): readonly Band[] {
  if (limit === null) return [];
  return [
    { width: 0.8 * limit, costMs: 0 },
    { width: 0.2 * limit, costMs: 10 },
    { width: limit, costMs: 15_000 },
    { width: null, costMs: 40_000 },
  ];
}

/** As `problems`, with demands from a thousandth to a billion connections per second beside each other. */
export function problemsOfAllMagnitudes(size: ProblemSize): fc.Arbitrary<Problem> {
  return fc
    .record({ problem: problems(size), demands: fc.array(magnitude(-3, 9), { minLength: 11, maxLength: 11 }) })
    .map(({ problem, demands }) => ({
      ...problem,
      pairs: problem.pairs.map((pair, index) => ({ ...pair, demand: at(demands, index) })),
    }));
}

/** Few small whole figures, all powers of two as shares: everything ties with everything. */
export function tiedProblems(size: ProblemSize): fc.Arbitrary<Problem> {
  return fc
    .record({
      balancers: fc.integer({ min: 1, max: size.balancers }),
      edges: fc.integer({ min: 1, max: size.edges }),
      origins: fc.integer({ min: 1, max: size.origins }),
      figures: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 41, maxLength: 41 }),
      quarters: fc.constantFrom<readonly number[]>([4, 0], [2, 2], [2, 1, 1], [1, 1, 1, 1]),
      reach: fc.constantFrom(0, 0.25, 1),
      isHeld: fc.boolean(),
      inertiaMs: fc.constantFrom(0, 10),
    })
    .map(({ balancers, edges, origins, figures, quarters, reach, isHeld, inertiaMs }) => {
      const bands = (index: number): readonly Band[] =>
        at(figures, index) === 2 ? [] : [...limitedTo(4 * at(figures, index + 1)), { width: null, costMs: 30 }];
      const names = Array.from({ length: balancers }, (_none, index) => loadBalancerName(`lb-${index}`));
      const every = Array.from({ length: origins }, (_none, origin) => origin);
      const own = every.map((origin) => quarters[origin] ?? 0);
      const whole = own.reduce((sum, quarter) => sum + quarter, 0);
      return {
        pairs: names.flatMap((loadBalancer, balancer) =>
          Array.from({ length: edges }, (_none, edge) => ({
            loadBalancer,
            edge: edgeName(`edge-${edge}`),
            demand: 4 * (1 + at(figures, balancer + edge)),
          })),
        ),
        arcs: arcColumns(
          balancers * edges,
          names.flatMap((_name, balancer) =>
            Array.from({ length: edges }).flatMap((_none, edge) =>
              every.map((origin) => ({
                pair: balancer * edges + edge,
                route: balancer * origins + origin,
                costMs: 10 * at(figures, 5 + edge * 4 + origin),
                uncertaintyMs: 5 * at(figures, 7 + edge + origin),
                ...quarterBounds((own[origin] ?? 0) / whole, reach, isHeld),
              })),
            ),
          ),
        ),
        routes: names.flatMap((loadBalancer, balancer) =>
          every.map((origin) => ({
            loadBalancer,
            origin,
            bands: at(figures, balancer + origin) === 0 ? bands(32 + origin) : [],
            connectionSeconds: 1,
          })),
        ),
        origins: every.map((origin) => ({
          origin: originName(`origin-${origin}`),
          bands: bands(25 + 2 * origin),
          connectionBands: [],
        })),
        inertiaMs,
      };
    });
}

function limitedTo(width: number): readonly Band[] {
  return width === 0 ? [] : [{ width, costMs: 0 }];
}

function quarterBounds(held: number, reach: number, isHeld: boolean): Pick<Arc, 'minShare' | 'maxShare' | 'heldShare'> {
  if (!isHeld) return { minShare: 0, maxShare: 1, heldShare: null };
  return { minShare: Math.max(0, held - reach), maxShare: Math.min(1, held + reach), heldShare: held };
}

/** One problem of several that have nothing in common. */
export function sideBySide(parts: readonly Problem[]): Problem {
  const whole = {
    pairs: [] as Pair[],
    arcs: [] as Arc[],
    routes: [] as Route[],
    origins: [] as OriginNode[],
    inertiaMs: parts[0]?.inertiaMs ?? 0,
  };
  parts.forEach(({ pairs, arcs, routes, origins }, part) => {
    const first = { pair: whole.pairs.length, route: whole.routes.length, origin: whole.origins.length };
    const renamed = (name: string): ReturnType<typeof loadBalancerName> => loadBalancerName(`p${part}-${name}`);
    whole.pairs.push(...pairs.map((pair) => ({ ...pair, loadBalancer: renamed(pair.loadBalancer) })));
    whole.arcs.push(
      ...listArcs(arcs).map((arc) => ({ ...arc, pair: first.pair + arc.pair, route: first.route + arc.route })),
    );
    whole.routes.push(
      ...routes.map((route) => ({
        ...route,
        loadBalancer: renamed(route.loadBalancer),
        origin: first.origin + route.origin,
      })),
    );
    whole.origins.push(...origins.map((node) => ({ ...node, origin: originName(`p${part}-${node.origin}`) })));
  });
  return { ...whole, arcs: arcColumns(whole.pairs.length, whole.arcs) };
}

function originNode(
  { capacity: rate, target }: { capacity: number | null; target: number },
  index: number,
): OriginNode {
  return { origin: originName(`origin-${index}`), bands: originBands(rate, target, 10), connectionBands: [] };
}

function boundsOf(
  { kind, step, pieces }: Standing,
  origin: number,
  origins: number,
): Pick<Arc, 'minShare' | 'maxShare' | 'heldShare'> {
  if (kind === 'initial') return { minShare: 0, maxShare: 1, heldShare: null };
  const own = pieces.slice(0, origins);
  const whole = own.reduce((sum, piece) => sum + piece, 0);
  const displaced = kind === 'displaced' ? 0.4 : 0;
  const held = (1 - displaced) * (whole === 0 ? 1 / origins : at(own, origin) / whole);
  const reach = kind === 'stale' ? 0 : step;
  return {
    minShare: Math.max(0, held - reach),
    maxShare: Math.min(1, held + reach + displaced),
    heldShare: held,
  };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length]!;
}
