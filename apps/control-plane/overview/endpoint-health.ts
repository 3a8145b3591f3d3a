import { originName, type EdgeName, type OriginName } from '#core/model/name.js';
import type { FleetEntry } from '../agent-channel/fleet.js';

/** How an origin's endpoints look from the edges that reported lately. */
export interface OriginHealth {
  /** Endpoints that some edge sees down. */
  readonly endpointsDown: number;
  /** Edges that see any of them down. */
  readonly edgesSeeingDown: number;
}

export const HEALTHY: OriginHealth = { endpointsDown: 0, edgesSeeingDown: 0 };

/** Origins of which some edge sees an endpoint down. What an edge said longer than `oldestMs` ago counts no more. */
export function endpointHealth(
  fleet: ReadonlyMap<EdgeName, FleetEntry>,
  oldestMs: number,
): ReadonlyMap<OriginName, OriginHealth> {
  const down = new Map<string, { readonly addresses: Set<string>; readonly edges: Set<EdgeName> }>();
  for (const [edge, { report, ageMs }] of fleet) {
    if (ageMs > oldestMs) continue;
    for (const { origin, endpoints } of report.loadBalancers.flatMap(({ origins }) => origins)) {
      for (const { address } of endpoints.filter(({ up }) => up === false)) {
        const seen = down.get(origin) ?? { addresses: new Set(), edges: new Set() };
        seen.addresses.add(address);
        seen.edges.add(edge);
        down.set(origin, seen);
      }
    }
  }
  return new Map(
    [...down].map(([origin, { addresses, edges }]) => [
      originName(origin),
      { endpointsDown: addresses.size, edgesSeeingDown: edges.size },
    ]),
  );
}
