import { originBands, routeBands } from '#core/formulate/bands.js';
import { arcColumns } from '#core/formulate/arc-columns.js';
import type { Problem } from '#core/formulate/problem.js';
import { rttFromDistance } from '#core/estimate/location-rtt.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { aPlace, seededRandom } from './seeded-random.js';

/** How many of each; every load balancer is met at every edge and may use every origin. */
interface GlobeSize {
  readonly balancers: number;
  readonly edges: number;
  readonly origins: number;
}

const TARGET_UTILIZATION = 0.8;
const ABOVE_TARGET_COST_MS = 10;
const INERTIA_MS = 2;

/** Edges and origins all over a globe; all demand together is 80 % of all capacity. Nothing is placed yet. Seeded. */
export function aGlobe({ balancers, edges, origins }: GlobeSize, seed = 7): Problem {
  const random = seededRandom(seed);
  const edgePlaces = Array.from({ length: edges }, () => aPlace(random));
  const originPlaces = Array.from({ length: origins }, () => aPlace(random));
  const capacityParts = originPlaces.map(() => 0.2 + random());
  const names = Array.from({ length: balancers }, (_none, index) => loadBalancerName(`lb-${index}`));
  const pairs = names.flatMap((loadBalancer) =>
    edgePlaces.map((_place, index) => ({
      loadBalancer,
      edge: edgeName(`edge-${index}`),
      demand: 10 ** (3 * random()),
    })),
  );
  const totalDemand = pairs.reduce((sum, { demand }) => sum + demand, 0);
  const perPart = totalDemand / 0.8 / capacityParts.reduce((sum, part) => sum + part, 0);
  return {
    pairs,
    arcs: arcColumns(
      pairs.length,
      pairs.flatMap((_pair, pair) =>
        originPlaces.map((place, origin) => ({
          pair,
          route: Math.floor(pair / edges) * origins + origin,
          costMs: 1 + rttFromDistance(edgePlaces[pair % edges] ?? place, place) + random(),
          minShare: 0,
          maxShare: 1,
          heldShare: null,
        })),
      ),
    ),
    routes: names.flatMap((loadBalancer) =>
      originPlaces.map((_place, origin) => ({
        loadBalancer,
        origin,
        bands: routeBands(random() < 0.2 ? (0.1 * totalDemand) / balancers : null),
        connectionSeconds: 1,
      })),
    ),
    origins: capacityParts.map((part, index) => ({
      origin: originName(`origin-${index}`),
      bands: originBands(part * perPart, TARGET_UTILIZATION, ABOVE_TARGET_COST_MS),
      connectionBands: [],
    })),
    inertiaMs: INERTIA_MS,
  };
}

/** The cycle after: shares may move by `maxShift`, and each demand has changed by up to `demandChange` of itself. Seeded. */
export function aCycleLater(
  problem: Problem,
  shares: ArrayLike<number>,
  { maxShift, demandChange }: { readonly maxShift: number; readonly demandChange: number },
): Problem {
  const random = seededRandom(2);
  return {
    ...problem,
    pairs: problem.pairs.map((pair) => ({ ...pair, demand: pair.demand * (1 + demandChange * (2 * random() - 1)) })),
    arcs: {
      ...problem.arcs,
      minShare: Float64Array.from(shares, (held) => Math.max(0, held - maxShift)),
      maxShare: Float64Array.from(shares, (held) => Math.min(1, held + maxShift)),
      heldShare: Float64Array.from(shares),
    },
  };
}

/** The same problem after a part of the demands moved, each by `by` of itself, up or down. Seeded. */
export function withDemandsMoved(
  problem: Problem,
  { part, by }: { readonly part: number; readonly by: number },
  seed = 3,
): Problem {
  const random = seededRandom(seed);
  return {
    ...problem,
    pairs: problem.pairs.map((pair) => {
      const isMoved = random() < part;
      const factor = random() < 0.5 ? 1 + by : 1 - by;
      return isMoved ? { ...pair, demand: pair.demand * factor } : pair;
    }),
  };
}
