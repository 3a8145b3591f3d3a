import type { LoadBalancerName } from '#core/model/name.js';
import { type PairPlan, type Plan, type ShareReason, unpackedPair } from '#core/plan/plan.js';
import type { ShareFigure } from '#telemetry/control-plane-metrics.js';
import { TimeSlices } from '../time-slices.js';

/** With more shares than this, they are told for all edges together: nobody looks at a million series. */
const MOST_SHARES = 20_000;

/** Pairs between two looks at the clock. */
const PAIRS_AT_A_TIME = 64;

/** What the pairs of a plan come to. */
export interface PlanFigures {
  readonly shares: readonly ShareFigure[];
  /** Share that arrived somewhere in this cycle, by its reason. */
  readonly shifts: ReadonlyMap<ShareReason, number>;
  readonly stalePairs: number;
  /** Mean round-trip time, weighted by demand; `null` without demand. */
  readonly meanRttSeconds: number | null;
}

/** Sums a plan up. The event loop turns meanwhile. */
export async function planFigures({ pairs }: Plan): Promise<PlanFigures> {
  const shares = haveFewShares(pairs) ? new SingleShares() : new SharesOfAllEdges();
  const sums = new PlanSums();
  const slices = new TimeSlices();
  for (const [index, packed] of pairs.entries()) {
    const pair = unpackedPair(packed);
    shares.add(pair);
    sums.add(pair);
    if (index % PAIRS_AT_A_TIME === 0) await slices.pause();
  }
  return { shares: shares.figures(), ...sums.figures() };
}

function haveFewShares(pairs: readonly PairPlan[]): boolean {
  let count = 0;
  for (const { shares } of pairs) {
    count += shares.length;
    if (count > MOST_SHARES) return false;
  }
  return true;
}

class PlanSums {
  readonly #shifts = new Map<ShareReason, number>();
  #stalePairs = 0;
  #demand = 0;
  #delay = 0;

  add({ demand, shares }: PairPlan): void {
    let isStale = false;
    for (const { share, previousShare, reason, rttMs } of shares) {
      // What arrived at an origin; what left another is the same share seen from the other side.
      const shift = share - (previousShare ?? 0);
      if (shift > 0) this.#shifts.set(reason, (this.#shifts.get(reason) ?? 0) + shift);
      this.#demand += demand * share;
      this.#delay += demand * share * rttMs;
      isStale ||= reason === 'stale';
    }
    if (isStale) this.#stalePairs += 1;
  }

  figures(): Omit<PlanFigures, 'shares'> {
    const meanRttSeconds = this.#demand > 0 ? this.#delay / this.#demand / 1_000 : null;
    return { shifts: this.#shifts, stalePairs: this.#stalePairs, meanRttSeconds };
  }
}

class SingleShares {
  readonly #figures: ShareFigure[] = [];

  add({ loadBalancer, edge, shares }: PairPlan): void {
    for (const { origin, share } of shares) this.#figures.push({ loadBalancer, edge, origin, share });
  }

  figures(): readonly ShareFigure[] {
    return this.#figures;
  }
}

/** Weighted by demand; by edges alike where a load balancer has none. */
class SharesOfAllEdges {
  readonly #sums = new Map<LoadBalancerName, BalancerSums>();

  add({ loadBalancer, demand, shares }: PairPlan): void {
    let sums = this.#sums.get(loadBalancer);
    if (sums === undefined) this.#sums.set(loadBalancer, (sums = { demand: 0, edges: 0, origins: new Map() }));
    sums.demand += demand;
    sums.edges += 1;
    for (const { origin, share } of shares) {
      const known = sums.origins.get(origin) ?? { load: 0, share: 0 };
      known.load += demand * share;
      known.share += share;
      sums.origins.set(origin, known);
    }
  }

  figures(): readonly ShareFigure[] {
    return [...this.#sums].flatMap(([loadBalancer, { demand, edges, origins }]) =>
      [...origins].map(([origin, { load, share }]) => ({
        loadBalancer,
        origin,
        share: demand > 0 ? load / demand : share / edges,
      })),
    );
  }
}

interface BalancerSums {
  demand: number;
  edges: number;
  readonly origins: Map<string, { load: number; share: number }>;
}
