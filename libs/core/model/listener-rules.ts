import type { Configuration } from './configuration.js';
import type { Listener, LoadBalancer } from './load-balancer.js';
import type { RuleViolation } from './rule-violation.js';

/** What is wrong with a load balancer's listeners, on their own and towards others: every port of an address has one owner. */
export function listenerViolations(
  candidate: LoadBalancer,
  others: Pick<Configuration, 'loadBalancers'>,
): readonly RuleViolation[] {
  return [...rangesBackwards(candidate), ...overlapsWithin(candidate), ...addressesInUse(candidate, others)];
}

/** `TCP port 443`, `UDP ports 5000 to 5999`. */
export function describeListener({ protocol, port, endPort = port }: Listener): string {
  return `${protocol} ${describePorts(port, endPort)}`;
}

function rangesBackwards({ listeners }: LoadBalancer): readonly RuleViolation[] {
  return listeners.flatMap(({ port, endPort }, index) =>
    endPort === undefined || endPort > port
      ? []
      : [
          {
            code: 'port-range',
            pointer: `/listeners/${index}/endPort`,
            detail: `must be above port ${port}, where the range begins; leave it out for a single port`,
          },
        ],
  );
}

function overlapsWithin({ listeners }: LoadBalancer): readonly RuleViolation[] {
  return listeners.flatMap((listener, index) => {
    const earlier = listeners.slice(0, index).findIndex((other) => overlap(listener, other) !== null);
    const other = listeners[earlier];
    if (other === undefined) return [];
    const detail = `overlaps with listener ${earlier}, ${describeListener(other)}`;
    return [{ code: 'listener-overlap', pointer: `/listeners/${index}`, detail }];
  });
}

interface OwnedListener {
  readonly listener: Listener;
  readonly owner: string;
}

function addressesInUse(
  candidate: LoadBalancer,
  { loadBalancers }: Pick<Configuration, 'loadBalancers'>,
): readonly RuleViolation[] {
  const wanted = new Set(candidate.addresses);
  // Of ten thousand others hardly any has an address in common.
  const neighbours = loadBalancers.filter(
    ({ name, addresses }) => name !== candidate.name && addresses.some((address) => wanted.has(address)),
  );
  const taken = listenersByAddress(neighbours);
  return candidate.listeners.flatMap((listener, index) =>
    candidate.addresses.flatMap((address) =>
      (taken.get(address) ?? []).flatMap((other) => {
        const ports = overlap(listener, other.listener);
        if (ports === null) return [];
        const detail = `${listener.protocol} ${address} ${ports} already belongs to load balancer "${other.owner}"`;
        return [{ code: 'address-in-use' as const, pointer: `/listeners/${index}` as const, detail }];
      }),
    ),
  );
}

function listenersByAddress(balancers: readonly LoadBalancer[]): ReadonlyMap<string, readonly OwnedListener[]> {
  const taken = new Map<string, OwnedListener[]>();
  for (const { name, addresses, listeners } of balancers) {
    const owned = listeners.map((listener) => ({ listener, owner: name }));
    for (const address of addresses) {
      const known = taken.get(address);
      if (known === undefined) taken.set(address, [...owned]);
      else known.push(...owned);
    }
  }
  return taken;
}

/** The ports that both take, in words; `null` when there are none. */
function overlap(one: Listener, other: Listener): string | null {
  if (one.protocol !== other.protocol) return null;
  const first = Math.max(one.port, other.port);
  const last = Math.min(one.endPort ?? one.port, other.endPort ?? other.port);
  return first > last ? null : describePorts(first, last);
}

function describePorts(first: number, last: number): string {
  return first === last ? `port ${first}` : `ports ${first} to ${last}`;
}
