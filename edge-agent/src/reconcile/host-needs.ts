import type { ActualService, HostNeeds } from '../data-plane/data-plane.js';
import { destinationKey, serviceKey, type Destination, type Service } from '../data-plane/service.js';
import type { Reconciliation } from './reconcile.js';

/**
 * What the host must be ready for: what is wanted, also where it looks foreign, for it may be our own after the state
 * was lost; and what is leaving, until it is gone. A datagram after a long pause still needs its source NAT.
 */
export function hostNeeds(
  desired: readonly Service[],
  actual: readonly ActualService[],
  { draining, departing }: Pick<Reconciliation, 'draining' | 'departing'>,
): HostNeeds {
  // The same list for the same wishes tells the agent at a glance that the host is ready.
  if (draining.size === 0) return { services: desired, departing };
  const found = new Map(actual.map((service) => [serviceKey(service), service]));
  return {
    services: desired.map((service) => {
      const destinations = found.get(serviceKey(service))?.destinations ?? [];
      const leaving = destinations.filter((each) => draining.has(destinationKey(service, each)));
      return { ...service, destinations: [...service.destinations, ...leaving.map(destinationOf)] };
    }),
    departing,
  };
}

function destinationOf({ address, port, weight, forwarding }: Destination): Destination {
  return { address, port, weight, forwarding };
}
