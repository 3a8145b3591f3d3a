import { type LatencySum, latencyOf, meanRttMs, sumOf } from '#core/explain/latency.js';
import type { EdgeName, LoadBalancerName, OriginName } from '#core/model/name.js';
import { type PairPlan, type Plan, unpackedPair } from '#core/plan/plan.js';
import { TimeSlices } from '../time-slices.js';

/** Connections that go from an edge to an origin, of all load balancers together. */
export interface Flow {
  readonly edge: EdgeName;
  readonly origin: OriginName;
  readonly rate: number;
  /** Of all its connections together, in ms per second. */
  readonly delayMs: number;
}

/** What the pairs of one edge or of one load balancer come to. */
export interface PairSum {
  readonly demand: number;
  readonly meanRttMs: number | null;
  readonly pairs: number;
  readonly stalePairs: number;
  readonly failOpenPairs: number;
  readonly unservedPairs: number;
}

/** What all pairs of a plan come to, seen from each side. */
export interface PlanSums {
  readonly whole: PairSum;
  readonly edges: ReadonlyMap<EdgeName, PairSum>;
  readonly loadBalancers: ReadonlyMap<LoadBalancerName, PairSum & { readonly rates: ReadonlyMap<OriginName, number> }>;
  readonly flows: readonly Flow[];
}

/** Pairs between two looks at the clock. */
const PAIRS_AT_A_TIME = 64;

/** Adds a plan up. The event loop turns meanwhile. */
export async function planSums({ pairs }: Pick<Plan, 'pairs'>): Promise<PlanSums> {
  const whole = new Tally();
  const edges = new Map<EdgeName, Tally>();
  const balancers = new Map<LoadBalancerName, Tally>();
  const slices = new TimeSlices();
  for (const [index, packed] of pairs.entries()) {
    const pair = unpackedPair(packed);
    whole.add(pair);
    tallyOf(edges, pair.edge).add(pair);
    tallyOf(balancers, pair.loadBalancer).add(pair);
    if (index % PAIRS_AT_A_TIME === 0) await slices.pause();
  }
  return {
    whole: whole.sum(),
    edges: new Map([...edges].map(([edge, tally]) => [edge, tally.sum()])),
    loadBalancers: new Map([...balancers].map(([name, tally]) => [name, { ...tally.sum(), rates: tally.rates() }])),
    flows: [...edges].flatMap(([edge, tally]) => tally.flows(edge)),
  };
}

function tallyOf<Name>(tallies: Map<Name, Tally>, name: Name): Tally {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  const tally = new Tally();
  tallies.set(name, tally);
  return tally;
}

class Tally {
  #demand = 0;
  #pairs = 0;
  #stalePairs = 0;
  #failOpenPairs = 0;
  #unservedPairs = 0;
  #latency: LatencySum = sumOf([]);
  readonly #origins = new Map<OriginName, { rate: number; delayMs: number }>();

  add(pair: PairPlan): void {
    this.#demand += pair.demand;
    this.#pairs += 1;
    this.#latency = sumOf([this.#latency, latencyOf(pair)]);
    const reasons = new Set(pair.shares.map(({ reason }) => reason));
    if (reasons.has('stale')) this.#stalePairs += 1;
    if (reasons.has('fail-open')) this.#failOpenPairs += 1;
    if (reasons.has('unserved') || reasons.size === 0) this.#unservedPairs += 1;
    for (const { origin, share, rttMs } of pair.shares) {
      if (share > 0) this.#addFlow(origin, pair.demand * share, rttMs);
    }
  }

  sum(): PairSum {
    return {
      demand: this.#demand,
      meanRttMs: meanRttMs(this.#latency),
      pairs: this.#pairs,
      stalePairs: this.#stalePairs,
      failOpenPairs: this.#failOpenPairs,
      unservedPairs: this.#unservedPairs,
    };
  }

  flows(edge: EdgeName): readonly Flow[] {
    return [...this.#origins].map(([origin, { rate, delayMs }]) => ({ edge, origin, rate, delayMs }));
  }

  rates(): ReadonlyMap<OriginName, number> {
    return new Map([...this.#origins].map(([origin, { rate }]) => [origin, rate]));
  }

  #addFlow(origin: OriginName, rate: number, rttMs: number): void {
    const known = this.#origins.get(origin) ?? { rate: 0, delayMs: 0 };
    known.rate += rate;
    if (Number.isFinite(rttMs)) known.delayMs += rate * rttMs;
    this.#origins.set(origin, known);
  }
}
