import type { Configuration } from '#core/model/configuration.js';
import type { OriginName } from '#core/model/name.js';
import type { Origin } from '#core/model/origin.js';
import { type Observation, type OriginObservation, pairKey } from '#core/observe/observation.js';
import type { PairShares } from '../policies/policy.js';

/** Above this part of its capacity an origin cannot wait for the next ordinary cycle. */
const ABOVE_CAPACITY = 1.05;

/** Do the reports show an origin above its capacity, or gone while it still has a share? As the control plane judges it. */
export function isUrgent(
  configuration: Configuration,
  observation: Observation,
  pairs: readonly PairShares[],
): boolean {
  const seen = originsSeen(observation);
  const isOver = configuration.origins.some((origin) => isOverloaded(origin, seen.get(origin.name) ?? []));
  return isOver || hasShareAtGoneOrigin(observation, pairs);
}

function originsSeen({ edges }: Observation): ReadonlyMap<OriginName, readonly OriginObservation[]> {
  const seen = new Map<OriginName, OriginObservation[]>();
  for (const { loadBalancers } of edges) {
    for (const { origins } of loadBalancers) {
      for (const origin of origins) seen.set(origin.origin, [...(seen.get(origin.origin) ?? []), origin]);
    }
  }
  return seen;
}

function isOverloaded({ capacity, endpoints }: Origin, seen: readonly OriginObservation[]): boolean {
  const isUpForMost = (address: string): boolean => {
    const verdicts = seen.flatMap((origin) => origin.endpoints.filter((endpoint) => endpoint.address === address));
    return verdicts.filter(({ up }) => up).length * 2 >= verdicts.length;
  };
  const alive = endpoints.filter(({ address }) => isUpForMost(address)).length / endpoints.length;
  const rate = seen.reduce((sum, { ratePerSecond = 0 }) => sum + ratePerSecond, 0);
  const open = seen.reduce((sum, { activeConnections = 0 }) => sum + activeConnections, 0);
  const limit = ABOVE_CAPACITY * alive;
  // An origin with nothing alive is gone, not overloaded.
  return alive > 0 && (rate > (capacity.rate ?? Infinity) * limit || open > (capacity.connections ?? Infinity) * limit);
}

function hasShareAtGoneOrigin({ edges }: Observation, pairs: readonly PairShares[]): boolean {
  const shares = new Map(pairs.map((pair) => [pairKey(pair.loadBalancer, pair.edge), pair.shares]));
  return edges.some(({ edge, loadBalancers }) =>
    loadBalancers.some(({ loadBalancer, origins }) =>
      origins.some(
        ({ origin, endpoints }) =>
          endpoints.length > 0 &&
          endpoints.every(({ up }) => !up) &&
          (shares.get(pairKey(loadBalancer, edge)) ?? []).some((each) => each.origin === origin && each.share > 0),
      ),
    ),
  );
}
