import fc from 'fast-check';
import { originBands, routeBands } from '#core/formulate/bands.js';
import {
  BEYOND_SOFT_LATENCY_COST_MS,
  BEYOND_STRICT_LATENCY_COST_MS,
  MAX_RTT_COST_MS,
  TIER_COST_MS,
} from '#core/formulate/costs.js';
import type { Arc, OriginNode, Pair, Problem, Route } from '#core/formulate/problem.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';

/** How large the problems may get. */
interface ProblemSize {
  readonly balancers: number;
  readonly edges: number;
  readonly origins: number;
}

/** Evenly spread over the orders of magnitude from `10^low` to `10^high`. */
function magnitude(low: number, high: number): fc.Arbitrary<number> {
  return fc.double({ min: low, max: high, noNaN: true }).map((exponent) => 10 ** exponent);
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

/** Demand as `formulate` tells it: an idle pair counts as a millionth of the busiest. */
const demand = fc.oneof({ weight: 3, arbitrary: magnitude(-3, 6) }, fc.constant(0), fc.integer({ min: 1, max: 500 }));

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
    })
    .map(({ balancers, edges, origins, demands, standings, limits, costs }) => {
      const routes: Route[] = [];
      const pairs: Pair[] = [];
      const arcs: Arc[] = [];
      const nominal = Math.max(1e-3, 1e-6 * Math.max(...demands));
      for (let balancer = 0; balancer < balancers; balancer += 1) {
        const loadBalancer = loadBalancerName(`lb-${balancer}`);
        const firstRoute = routes.length;
        origins.forEach((_origin, origin) => {
          routes.push({ loadBalancer, origin, bands: routeBands(at(limits, balancer * 3 + origin)) });
        });
        for (let edge = 0; edge < edges; edge += 1) {
          const index = pairs.length;
          pairs.push({ loadBalancer, edge: edgeName(`edge-${edge}`), demand: Math.max(nominal, at(demands, index)) });
          arcs.push(
            ...origins.map((_origin, origin) => ({
              pair: index,
              route: firstRoute + origin,
              costMs: at(costs, index * 5 + origin),
              ...boundsOf(at(standings, index), origin, origins.length),
            })),
          );
        }
      }
      return { pairs, arcs, routes, origins: origins.map(originNode), inertiaMs: 2 };
    });
}

function originNode(
  { capacity: rate, target }: { capacity: number | null; target: number },
  index: number,
): OriginNode {
  return { origin: originName(`origin-${index}`), bands: originBands(rate, target, 10) };
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
