import { serviceKey, type Service } from '../data-plane/service.js';
import type { Problem } from '../problem.js';

/** What a forwarder in userspace cannot do for these services. It serves them all the same, from its own address. */
export function unsupportedForwarding(services: readonly Service[]): readonly Problem[] {
  return services.flatMap((service) => {
    const wish = wishOf(service);
    return wish === null ? [] : [{ code: 'forwarding-unsupported', message: messageFor(service, wish) } as const];
  });
}

function wishOf({ destinations, sourceNat }: Service): string | null {
  const method = destinations.find(({ forwarding }) => forwarding !== 'masquerade')?.forwarding;
  if (method !== undefined) return `${method} forwarding`;
  return sourceNat ? null : 'that its endpoints see the clients’ addresses (no source NAT)';
}

function messageFor(service: Service, wish: string): string {
  return (
    `${serviceKey(service)} asks for ${wish}; the userspace forwarder is the client of its endpoints, whatever is asked. ` +
    'Use the IPVS data plane, or masquerade with source NAT'
  );
}
