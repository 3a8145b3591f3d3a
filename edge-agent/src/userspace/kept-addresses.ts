import { serviceKey, type Service } from '../data-plane/service.js';
import type { Problem } from '../problem.js';

/** Services whose endpoints are to see their clients' addresses, which they do not here. They are served all the same. */
export function keptAddresses(services: readonly Service[]): readonly Problem[] {
  return services
    .filter(({ sourceNat }) => !sourceNat)
    .map((service) => ({
      code: 'unsupported-by-data-plane',
      message:
        `${serviceKey(service)} asks for no source NAT, but the userspace forwarder is itself its endpoints’ client; ` +
        'allow source NAT, or run the agent with WEIR_EDGE_DATA_PLANE=ipvs',
    }));
}
