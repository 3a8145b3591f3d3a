import type { FormulatedPair, Formulation } from '../formulate/formulate.js';
import { SHARE_EPSILON } from './tidy-shares.js';

/**
 * Takes back the moves of pairs none of whose shares moves by `deadband` (a fraction): too small to be worth anybody's
 * attention. A move that a limit asks for is made however small: staying would put an origin or a route above what it takes.
 * So is one that empties a share, or it would linger for ever, and a whole step of a pair that takes small ones, or it would
 * never get anywhere. `shares` by pair, in the formulation's order.
 */
export function withoutSmallMoves(
  formulation: Formulation,
  shares: readonly (readonly number[])[],
  deadband: number,
): readonly (readonly number[])[] {
  const room = new Room(formulation, shares);
  return formulation.pairs.map((pair, index) => {
    const decided = shares[index] ?? [];
    const held = heldShares(pair);
    const small = Math.min(deadband, pair.standing.step - SHARE_EPSILON);
    if (held === null || !isSmallMove(decided, held, small)) return decided;
    return room.takeBack(pair, decided, held) ? held : decided;
  });
}

/** Where the pair's shares rest; `null` where the deadband is no matter. */
function heldShares({ standing: { kind, held, displaced } }: FormulatedPair): readonly number[] | null {
  return kind !== 'steady' || displaced > 0 ? null : held;
}

function isSmallMove(decided: readonly number[], held: readonly number[], small: number): boolean {
  let largest = 0;
  for (let index = 0; index < decided.length; index += 1) {
    const [share, before] = [decided[index] ?? 0, held[index] ?? 0];
    if (share === 0 && before > 0) return false;
    largest = Math.max(largest, Math.abs(share - before));
  }
  return largest >= SHARE_EPSILON && largest < small;
}

/** A node whose load rests where it counts as full has room for that load, whatever sums of fractions make of it. */
const ROUNDING = 1 + 1e-9;

/** How much more each node may get before it is above what it takes, in connections per second. */
class Room {
  readonly #ofOrigins: Float64Array;
  readonly #ofLimitedRoutes = new Map<number, number>();

  constructor(
    private readonly formulation: Formulation,
    shares: readonly (readonly number[])[],
  ) {
    this.#ofOrigins = Float64Array.from(formulation.origins, ({ full }) => (full ?? Infinity) * ROUNDING);
    for (const { route, full } of formulation.limits) this.#ofLimitedRoutes.set(route, full * ROUNDING);
    formulation.pairs.forEach((pair, index) => {
      this.#take(pair, shares[index] ?? []);
    });
  }

  /** Puts the pair's shares back to `held`, if every node that would get more has room for it. */
  takeBack(pair: FormulatedPair, decided: readonly number[], held: readonly number[]): boolean {
    const changes = held.map((share, index) => share - (decided[index] ?? 0));
    const hasRoom = changes.every((change, index) => change <= 0 || this.#hasRoom(pair, index, change));
    if (hasRoom) this.#take(pair, changes);
    return hasRoom;
  }

  #hasRoom(pair: FormulatedPair, index: number, change: number): boolean {
    const at = this.#nodesOf(pair, index);
    if (at === null) return true;
    const more = change * pair.estimate.demand;
    const ofOrigin = this.#ofOrigins[at.origin] ?? Infinity;
    return more <= ofOrigin && more <= (this.#ofLimitedRoutes.get(at.route) ?? Infinity);
  }

  #take(pair: FormulatedPair, shares: readonly number[]): void {
    shares.forEach((share, index) => {
      const at = share === 0 ? null : this.#nodesOf(pair, index);
      if (at === null) return;
      const flow = share * pair.estimate.demand;
      this.#ofOrigins[at.origin] = (this.#ofOrigins[at.origin] ?? Infinity) - flow;
      const limited = this.#ofLimitedRoutes.get(at.route);
      if (limited !== undefined) this.#ofLimitedRoutes.set(at.route, limited - flow);
    });
  }

  #nodesOf({ arcs }: FormulatedPair, index: number): { readonly route: number; readonly origin: number } | null {
    const { problem } = this.formulation;
    const route = problem.arcs.route[arcs[index] ?? -1] ?? -1;
    const origin = problem.routes[route]?.origin;
    return origin === undefined ? null : { route, origin };
  }
}
