import type { Band, Problem } from '#core/formulate/problem.js';

/** How many integer units a connection per second and a millisecond are told as. Powers of two, so scaling rounds nothing. */
export interface Units {
  readonly perConnection: number;
  readonly perMs: number;
}

/** Doubles hold every integer up to 2^53; one bit is left for what rounding adds. */
const EXACT_BITS = 52;

/** The finest unit in which amounts up to `greatest` are exact. */
export function finestUnit(greatest: number): number {
  return 2 ** (EXACT_BITS - Math.ceil(Math.log2(greatest)));
}

/** More than any way from a pair to the root costs, in ms. */
export function dearestMs({ arcs, routes, origins, inertiaMs }: Problem): number {
  const arcMs = arcs.reduce((most, { costMs }) => Math.max(most, Math.abs(costMs)), 0) + Math.abs(inertiaMs);
  return 1 + arcMs + dearestBandMs(routes) + dearestBandMs(origins);
}

function dearestBandMs(nodes: readonly { readonly bands: readonly Band[] }[]): number {
  return nodes.reduce(
    (most, { bands }) => bands.reduce((dearest, { costMs }) => Math.max(dearest, Math.abs(costMs)), most),
    0,
  );
}
