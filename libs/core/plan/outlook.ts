import type { Estimate } from '../estimate/estimate.js';
import type { Formulation } from '../formulate/formulate.js';
import { OVERLOAD_STEPS } from '../formulate/costs.js';
import type { OriginNode } from '../formulate/problem.js';
import type { LoadBalancerName, OriginName } from '../model/name.js';
import type { Prices, Solution } from '../ports/assignment-solver.js';
import type { LimitOutlook, Notice, OriginOutlook, PairPlan } from './plan.js';

/** An origin filled to the brim, as well as that is known, is full and not overloaded. */
const OVERLOAD_TOLERANCE = 1.001;

const LEAST_OVERLOAD_COST_MS = Math.min(...OVERLOAD_STEPS.map(({ costMs }) => costMs));

/** What the shares of all pairs come to at the origins. Connections per second. */
export class ExpectedLoads {
  readonly #ofRoutes = new Map<LoadBalancerName, Map<OriginName, number>>();

  constructor(pairs: readonly PairPlan[]) {
    for (const { loadBalancer, demand, shares } of pairs) {
      let routes = this.#ofRoutes.get(loadBalancer);
      if (routes === undefined) this.#ofRoutes.set(loadBalancer, (routes = new Map<OriginName, number>()));
      for (const { origin, share } of shares) {
        if (share > 0) routes.set(origin, (routes.get(origin) ?? 0) + demand * share);
      }
    }
  }

  ofRoute(loadBalancer: LoadBalancerName, origin: OriginName): number {
    return this.#ofRoutes.get(loadBalancer)?.get(origin) ?? 0;
  }

  ofOrigin(origin: OriginName): number {
    let load = 0;
    for (const routes of this.#ofRoutes.values()) load += routes.get(origin) ?? 0;
    return load;
  }
}

export function originOutlooks(
  estimate: Estimate,
  { origins, problem }: Formulation,
  prices: Prices | null,
  loads: ExpectedLoads,
): readonly OriginOutlook[] {
  return estimate.origins.map(({ origin, measuredLoad }, index) => ({
    origin,
    capacity: origins[index]?.capacity ?? null,
    measuredLoad: measuredLoad ?? 0,
    expectedLoad: loads.ofOrigin(origin),
    shadowPriceMs: capacityPriceMs(prices, index, problem.origins[index], origins[index]?.full ?? null),
  }));
}

export function limitOutlooks(
  { limits, problem }: Formulation,
  prices: Prices | null,
  loads: ExpectedLoads,
): readonly LimitOutlook[] {
  return limits.map(({ loadBalancer, origin, route, limit }) => ({
    loadBalancer,
    origin,
    limit,
    expectedLoad: loads.ofRoute(loadBalancer, origin),
    shadowPriceMs: limitPriceMs(prices, route, problem.routes[route]?.origin ?? -1),
  }));
}

export function noticesOf(
  estimate: Estimate,
  formulation: Formulation,
  solution: Solution | null,
  origins: readonly OriginOutlook[],
): readonly Notice[] {
  const notices: Notice[] = [];
  const overloaded = origins.filter(({ capacity, expectedLoad }, index) => {
    const full = formulation.origins[index]?.full ?? 0;
    return capacity !== null && expectedLoad > Math.max(capacity, full) * OVERLOAD_TOLERANCE;
  });
  if (overloaded.length > 0) notices.push({ code: 'overload', origins: overloaded.map(({ origin }) => origin) });
  if (estimate.isMassSilence) notices.push({ code: 'mass-silence', silentEdges: estimate.silentEdges });
  if (solution?.isOptimal === false) notices.push({ code: 'not-optimal' });
  if (estimate.unusableFigures > 0) notices.push({ code: 'unusable-figures', count: estimate.unusableFigures });
  if (estimate.unlearntOrigins.length > 0)
    notices.push({ code: 'capacity-unknown', origins: estimate.unlearntOrigins });
  return [...notices, ...failOpenNotices(formulation)];
}

/**
 * What one more unit of capacity would save: the price of one more connection there, less what it would cost if there were
 * room for it. 0 where there is room.
 */
function capacityPriceMs(
  prices: Prices | null,
  origin: number,
  node: OriginNode | undefined,
  full: number | null,
): number | null {
  if (full === null) return 0;
  const price = priceAt(prices?.originsMs, origin);
  // Of two capacities one price does not tell which one it is of.
  if (price === null || node === undefined || node.connectionBands.length > 0) return null;
  const dearestWithin = node.bands.reduce(
    (most, { costMs }) => (costMs < LEAST_OVERLOAD_COST_MS ? Math.max(most, costMs) : most),
    0,
  );
  return Math.max(0, price - dearestWithin);
}

/** What one more connection per second allowed would save: what the way into the route costs beyond its origin. */
function limitPriceMs(prices: Prices | null, route: number, origin: number): number | null {
  const price = priceAt(prices?.routesMs, route);
  const beyond = priceAt(prices?.originsMs, origin);
  return price === null || beyond === null ? null : Math.max(0, price - beyond);
}

/** `null` where the solver tells none: it may for one independent part of the problem and not for another. */
function priceAt(pricesMs: ArrayLike<number> | undefined, index: number): number | null {
  const price = pricesMs?.[index] ?? NaN;
  return Number.isNaN(price) ? null : price;
}

function failOpenNotices({ pairs }: Formulation): readonly Notice[] {
  const open = pairs.filter(({ standing }) => standing.kind === 'fail-open').map(({ estimate }) => estimate);
  const balancers = [...new Set(open.map(({ loadBalancer }) => loadBalancer))];
  return balancers.map((loadBalancer) => ({
    code: 'fail-open',
    loadBalancer,
    edges: open.filter((pair) => pair.loadBalancer === loadBalancer).map(({ edge }) => edge),
  }));
}
