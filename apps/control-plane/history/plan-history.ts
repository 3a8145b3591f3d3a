import { describeMove } from '#core/explain/describe-move.js';
import type { EdgeName, LoadBalancerName, OriginName } from '#core/model/name.js';
import type { PairPlan, Plan, ShareReason } from '#core/plan/plan.js';
import { TimeSlices } from '../time-slices.js';
import { decisionsOf, type RecentDecision } from './recent-decisions.js';

/** What one cycle saw of the origins. */
export interface LoadsOfCycle {
  readonly decidedAtMs: number;
  readonly loads: ReadonlyMap<OriginName, OriginLoad>;
}

/** Connections per second; a capacity of `null` is unlimited. */
export interface OriginLoad {
  readonly load: number;
  readonly capacity: number | null;
}

/** The shares of a pair from some cycle on, until the next change. */
export interface ShareChange {
  readonly decidedAtMs: number;
  readonly shares: readonly { readonly origin: OriginName; readonly share: number }[];
  /** Why it moved, of the origin that gained most; `null` where the first plan that is remembered found it so. */
  readonly reason: ShareReason | null;
  readonly sentence: string | null;
}

/** How much is remembered; whatever is exceeded first counts, and the oldest goes. */
export interface PlanHistoryBounds {
  readonly cycles: number;
  /** Figures of origins, of all cycles together. */
  readonly loads: number;
  /** Changes of shares, of all pairs together; the newest of each pair always stays. */
  readonly changes: number;
  readonly decisions: number;
}

export const PLAN_HISTORY_BOUNDS: PlanHistoryBounds = {
  cycles: 240,
  loads: 100_000,
  changes: 20_000,
  decisions: 200,
};

/** Pairs between two looks at the clock. */
const PAIRS_AT_A_TIME = 64;

/**
 * What the last plans came to, for charts: kept in memory, by every control plane for itself, and forgotten at a restart.
 * Shares are kept where they change, not cycle by cycle: most pairs stay as they are most of the time.
 */
export class PlanHistory {
  readonly #changes = new Map<LoadBalancerName, Map<EdgeName, ShareChange[]>>();
  readonly #order: { readonly loadBalancer: LoadBalancerName; readonly edge: EdgeName }[] = [];
  #cycles: LoadsOfCycle[] = [];
  #decisions: readonly RecentDecision[] = [];
  #recording: Promise<void> = Promise.resolve();

  constructor(private readonly bounds: PlanHistoryBounds = PLAN_HISTORY_BOUNDS) {}

  /** Takes a plan in force up; one that was taken up already changes nothing. The event loop turns meanwhile. */
  record(plan: Plan): Promise<void> {
    this.#recording = this.#recording.then(() => this.#take(plan));
    return this.#recording;
  }

  /** Oldest first; of cycles after `afterMs` where it is given. */
  loads(afterMs = -Infinity): readonly LoadsOfCycle[] {
    return this.#cycles.filter(({ decidedAtMs }) => decidedAtMs > afterMs);
  }

  /** Of every edge, in the order of their names; oldest change first. */
  shares(loadBalancer: LoadBalancerName): readonly (readonly [EdgeName, readonly ShareChange[]])[] {
    return [...(this.#changes.get(loadBalancer) ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /** Newest first. */
  decisions(most: number): readonly RecentDecision[] {
    return this.#decisions.slice(0, most);
  }

  async #take(plan: Plan): Promise<void> {
    const last = this.#cycles.at(-1)?.decidedAtMs;
    if (last !== undefined && plan.decidedAtMs <= last) return;
    this.#cycles.push({ decidedAtMs: plan.decidedAtMs, loads: loadsOf(plan) });
    const slices = new TimeSlices();
    const moved: PairPlan[] = [];
    for (const [index, pair] of plan.pairs.entries()) {
      if (this.#takePair(pair, plan.decidedAtMs)) moved.push(pair);
      if (index % PAIRS_AT_A_TIME === 0) await slices.pause();
    }
    this.#decisions = [...decisionsOf(moved, plan.decidedAtMs), ...this.#decisions].slice(0, this.bounds.decisions);
    this.#forgetPairsBeside(plan);
    this.#drop();
  }

  /** Answers whether its shares moved. */
  #takePair(pair: PairPlan, decidedAtMs: number): boolean {
    const changes = this.#changesOf(pair);
    const sentence = describeMove(pair);
    if (sentence === null && changes.length > 0) return false;
    const shares = pair.shares.filter(({ share }) => share > 0).map(({ origin, share }) => ({ origin, share }));
    changes.push({ decidedAtMs, shares, reason: sentence === null ? null : reasonOf(pair), sentence });
    this.#order.push({ loadBalancer: pair.loadBalancer, edge: pair.edge });
    return sentence !== null;
  }

  #changesOf({ loadBalancer, edge }: PairPlan): ShareChange[] {
    const edges = this.#changes.get(loadBalancer) ?? new Map<EdgeName, ShareChange[]>();
    this.#changes.set(loadBalancer, edges);
    const changes = edges.get(edge) ?? [];
    edges.set(edge, changes);
    return changes;
  }

  /** What is not in the plan any more was removed. */
  #forgetPairsBeside({ pairs }: Plan): void {
    const known = [...this.#changes.values()].reduce((count, edges) => count + edges.size, 0);
    if (known === pairs.length) return;
    const inPlan = new Set(pairs.map(({ loadBalancer, edge }) => `${loadBalancer}/${edge}`));
    for (const [loadBalancer, edges] of this.#changes) {
      for (const edge of edges.keys()) if (!inPlan.has(`${loadBalancer}/${edge}`)) edges.delete(edge);
      if (edges.size === 0) this.#changes.delete(loadBalancer);
    }
  }

  #drop(): void {
    const perCycle = Math.max(1, this.#cycles.at(-1)?.loads.size ?? 1);
    this.#cycles = this.#cycles.slice(-Math.min(this.bounds.cycles, Math.ceil(this.bounds.loads / perCycle)));
    const surplus = this.#order.splice(0, Math.max(0, this.#order.length - this.bounds.changes));
    for (const { loadBalancer, edge } of surplus) {
      const changes = this.#changes.get(loadBalancer)?.get(edge);
      if (changes !== undefined && changes.length > 1) changes.shift();
    }
  }
}

function loadsOf({ origins }: Plan): ReadonlyMap<OriginName, OriginLoad> {
  return new Map(origins.map(({ origin, measuredLoad, capacity }) => [origin, { load: measuredLoad, capacity }]));
}

/** Of the share that gained most. */
function reasonOf({ shares }: PairPlan): ShareReason | null {
  const gain = ({ share, previousShare }: PairPlan['shares'][number]): number => share - (previousShare ?? 0);
  return [...shares].sort((left, right) => gain(right) - gain(left))[0]?.reason ?? null;
}
