import type { Configuration } from './configuration.js';
import type { LoadBalancer } from './load-balancer.js';
import type { OriginName } from './name.js';

/** One rule that a change would break. `pointer` is a JSON Pointer (RFC 6901) into the written resource. */
export interface RuleViolation {
  readonly code: 'unknown-origin' | 'address-in-use' | 'origin-in-use';
  readonly pointer: string;
  readonly detail: string;
}

type Others = Pick<Configuration, 'loadBalancers' | 'origins'>;

/** Rules a load balancer must keep towards the rest of the configuration; all breaches at once, none when it fits. */
export function loadBalancerViolations(candidate: LoadBalancer, others: Others): readonly RuleViolation[] {
  return [...unknownOrigins(candidate, others), ...addressesInUse(candidate, others)];
}

/** An origin may go only when no load balancer names it any more. */
export function originRemovalViolations(
  origin: OriginName,
  others: Pick<Configuration, 'loadBalancers'>,
): readonly RuleViolation[] {
  const users = others.loadBalancers.filter((balancer) => balancer.origins.some((used) => used.origin === origin));
  return users.map((user) => ({
    code: 'origin-in-use',
    pointer: '',
    detail: `origin "${origin}" is used by load balancer "${user.name}"; take it out there first`,
  }));
}

function unknownOrigins(candidate: LoadBalancer, others: Others): readonly RuleViolation[] {
  const known = new Set(others.origins.map((origin) => origin.name));
  return candidate.origins.flatMap((reference, index) =>
    known.has(reference.origin)
      ? []
      : [
          {
            code: 'unknown-origin' as const,
            pointer: `/origins/${index}/origin`,
            detail: `there is no origin "${reference.origin}"; create it first`,
          },
        ],
  );
}

function addressesInUse(candidate: LoadBalancer, others: Others): readonly RuleViolation[] {
  const taken = new Map<string, string>();
  for (const other of others.loadBalancers) {
    if (other.name === candidate.name) continue;
    for (const socket of socketsOf(other)) taken.set(socket.key, other.name);
  }
  return socketsOf(candidate).flatMap(({ key, listenerIndex }) => {
    const owner = taken.get(key);
    if (owner === undefined) return [];
    return [
      {
        code: 'address-in-use' as const,
        pointer: `/listeners/${listenerIndex}`,
        detail: `${key} already belongs to load balancer "${owner}"`,
      },
    ];
  });
}

function socketsOf(balancer: LoadBalancer): readonly { key: string; listenerIndex: number }[] {
  return balancer.listeners.flatMap((listener, listenerIndex) =>
    balancer.addresses.map((address) => ({
      key: `${listener.protocol} ${address} port ${listener.port}`,
      listenerIndex,
    })),
  );
}
