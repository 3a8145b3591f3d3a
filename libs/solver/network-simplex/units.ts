import type { Band, Problem } from '#core/formulate/problem.js';
import type { ProblemColumns } from './problem-columns.js';
import { greatestMagnitude, sumOf } from './typed-arrays.js';

/** How many integer units a connection per second and a millisecond are told as. Powers of two, so scaling rounds nothing. */
export interface Units {
  readonly perConnection: number;
  readonly perMs: number;
  /** More than any way from a pair to the root costs, in ms. */
  readonly excessMs: number;
}

/** Doubles hold every integer up to 2^53; one bit is left for what rounding adds. */
const EXACT_BITS = 52;

/** The finest unit in which amounts up to `greatest` are exact. */
function finestUnit(greatest: number): number {
  if (greatest === 0) return 1;
  return 2 ** (EXACT_BITS - Math.ceil(Math.log2(greatest)));
}

/**
 * The finest units that stay exact. No flow exceeds the total demand: that leaves a pair with a millionth of the busiest
 * one's demand 2^32 units beside that one alone, and some 40,000 beside 100,000 like it. A reduced cost is a cost and the
 * difference of two potentials.
 */
export function finestUnits(problem: Problem, { costMs, uncertaintyMs, demand }: ProblemColumns): Units {
  const arcMs = greatestMagnitude(costMs) + Math.abs(problem.inertiaMs) + greatestMagnitude(uncertaintyMs);
  const routeMs = dearestBandMs(problem.routes);
  const originMs = dearestBandMs(problem.origins);
  const excessMs = 1 + arcMs + routeMs + originMs;
  const potentialMs = excessMs + dearestPathMs(problem, arcMs, routeMs);
  return {
    perConnection: finestUnit(sumOf(demand)),
    perMs: finestUnit(2 * potentialMs + arcMs),
    excessMs,
  };
}

/** Whether amounts and costs are told at all: what has a figure that is none, or endless, has no finest unit. */
export function canTell({ perConnection, perMs }: Units): boolean {
  return perConnection > 0 && perMs > 0;
}

/**
 * More than a path of the tree costs before it comes to the last node below the root. It meets no node twice, and from one
 * origin to the next it stays among the routes of one load balancer. It comes to an origin over at most one arc from a
 * route, and leaves it against another; so it passes pairs, against one arc and over another: what counts is one of two.
 */
function dearestPathMs({ routes, origins }: Problem, arcMs: number, routeMs: number): number {
  const banded = routes.filter(({ bands }) => bands.length > 0);
  const ofBalancer = new Map<string, number>();
  for (const { loadBalancer } of banded) ofBalancer.set(loadBalancer, (ofBalancer.get(loadBalancer) ?? 0) + 1);
  let most = 0;
  for (const count of ofBalancer.values()) most = Math.max(most, count);
  const routesOnPath = Math.min(banded.length, (origins.length + 1) * most);
  return (origins.length + routesOnPath + 1) * arcMs + Math.min(banded.length, origins.length) * routeMs;
}

function dearestBandMs(nodes: readonly { readonly bands: readonly Band[] }[]): number {
  return nodes.reduce(
    (most, { bands }) => bands.reduce((dearest, { costMs }) => Math.max(dearest, Math.abs(costMs)), most),
    0,
  );
}
