import type { OriginName } from '../model/name.js';

/**
 * Which origins are above their capacity, and which have headroom. Both by what was measured, so that nothing is moved
 * fast on a forecast; the first also by what is expected, so that nothing more is moved for a load that has left already.
 */
export interface Strain {
  readonly overloaded: ReadonlySet<OriginName>;
  readonly roomy: ReadonlySet<OriginName>;
}

/** An origin filled to the brim is full, not overloaded. */
const ABOVE_CAPACITY = 1.02;

export interface OriginLoad {
  readonly origin: OriginName;
  /** Connections per second; `null` when unlimited. */
  readonly capacity: number | null;
  /** What was measured, and what is known from earlier of edges that do not tell now; `null` when nothing was measured. */
  readonly measuredLoad: number | null;
  /** What it would get if no share moved, and how well that is known. */
  readonly heldLoad: number;
  readonly noise: number;
}

export function strainOf(origins: readonly OriginLoad[]): Strain {
  const overloaded = origins.filter(
    ({ capacity, measuredLoad, heldLoad, noise }) =>
      capacity !== null && Math.min(measuredLoad ?? 0, heldLoad) > capacity * ABOVE_CAPACITY + noise,
  );
  const roomy = origins.filter(
    ({ capacity, measuredLoad }) => capacity === null || (measuredLoad !== null && measuredLoad < capacity),
  );
  return {
    overloaded: new Set(overloaded.map(({ origin }) => origin)),
    roomy: new Set(roomy.map(({ origin }) => origin)),
  };
}
