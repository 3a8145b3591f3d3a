import type { Estimate } from '../estimate/estimate.js';
import type { LoadBalancer } from '../model/load-balancer.js';
import type { EdgeName, LoadBalancerName, OriginName } from '../model/name.js';
import type { RttChange, WhatIfChanges } from './what-if-changes.js';

/**
 * Latencies to suppose between each edge and the origins of one load balancer: those that are changed, and for origins that
 * join it what other load balancers measured on the same way, for no probe of its own has been there. In ms.
 */
export class SupposedRtts {
  readonly #changed: ReadonlyMap<string, number>;
  readonly #measured: ReadonlyMap<string, number>;
  readonly #joining: ReadonlyMap<LoadBalancerName, readonly OriginName[]>;

  constructor(estimate: Estimate, changes: WhatIfChanges) {
    this.#changed = new Map(
      (changes.rtts ?? []).map((change: RttChange) => [wayKey(change.edge, change.origin), change.rttMs]),
    );
    this.#measured = measuredWays(estimate);
    this.#joining = new Map(
      (changes.loadBalancers ?? []).map(({ loadBalancer, addedOrigins = [] }) => [
        loadBalancer,
        addedOrigins.map(({ origin }) => origin),
      ]),
    );
  }

  of({ name, origins }: LoadBalancer, edge: EdgeName): ReadonlyMap<OriginName, number> {
    const joining = new Set(this.#joining.get(name) ?? []);
    return new Map(
      origins.flatMap(({ origin }) => {
        const key = wayKey(edge, origin);
        const rttMs = this.#changed.get(key) ?? (joining.has(origin) ? this.#measured.get(key) : undefined);
        return rttMs === undefined ? [] : [[origin, rttMs] as const];
      }),
    );
  }
}

/** The shortest that any load balancer's probes see: a health check may wait for more than the way takes. */
function measuredWays({ pairs }: Estimate): ReadonlyMap<string, number> {
  const ways = new Map<string, number>();
  for (const { edge, arcs } of pairs) {
    for (const { origin, rttMs, rttSource } of arcs) {
      if (rttSource !== 'measured') continue;
      const key = wayKey(edge, origin);
      ways.set(key, Math.min(rttMs, ways.get(key) ?? Infinity));
    }
  }
  return ways;
}

function wayKey(edge: EdgeName, origin: OriginName): string {
  return `${edge}/${origin}`;
}
