import type { Route } from '../configuration/routes.js';
import type { ActualService, Counters } from '../data-plane/data-plane.js';
import { destinationKey, formatSocket, serviceKey } from '../data-plane/service.js';

/**
 * Counters that only grow while the agent runs, whatever happens to the entries in the data plane: made anew, set back
 * to zero, or given to another load balancer.
 */
export interface Ledger {
  /** What each entry of the data plane showed last, by service or destination key. */
  readonly lastSeen: ReadonlyMap<string, Counters>;
  readonly listeners: ReadonlyMap<string, ListenerTotal>;
  readonly endpoints: ReadonlyMap<string, EndpointTotal>;
}

export interface ListenerTotal extends ListenerLabels {
  readonly counters: Counters;
}

export interface EndpointTotal extends EndpointLabels {
  readonly counters: Counters;
}

interface ListenerLabels {
  readonly loadBalancer: string;
  readonly listener: string;
}

interface EndpointLabels extends ListenerLabels {
  readonly origin: string;
  readonly endpoint: string;
}

export const EMPTY_LEDGER: Ledger = { lastSeen: new Map(), listeners: new Map(), endpoints: new Map() };

/**
 * Adds what the entries counted since they were last seen to the load balancers and endpoints that `routes` says they
 * work for; `routes` are those in force while it was counted. What no route names is only remembered, so that the count
 * an entry had before this agent started is nobody's.
 */
export function accumulate(ledger: Ledger, actual: readonly ActualService[], routes: readonly Route[]): Ledger {
  const listeners = new Map(ledger.listeners);
  const endpoints = new Map(ledger.endpoints);
  const lastSeen = new Map<string, Counters>();
  const owners = ownersOf(routes);
  for (const service of actual) {
    const key = serviceKey(service);
    lastSeen.set(key, service.counters);
    const owner = owners.listeners.get(key);
    post(listeners, owner, ledger.lastSeen.get(key), service.counters);
    for (const destination of service.destinations) {
      const destinationId = `${key} -> ${formatSocket(destination)}`;
      lastSeen.set(destinationId, destination.counters);
      const user = owners.endpoints.get(destinationId);
      post(endpoints, user, ledger.lastSeen.get(destinationId), destination.counters);
    }
  }
  return { lastSeen, listeners, endpoints };
}

interface Owner<Labels> {
  /** Of its total. */
  readonly key: string;
  readonly labels: Labels;
}

interface Owners {
  readonly listeners: ReadonlyMap<string, Owner<ListenerLabels>>;
  readonly endpoints: ReadonlyMap<string, Owner<EndpointLabels>>;
}

/** Routes stay the same from one configuration to the next, over hundreds of readings. */
const knownOwners = new WeakMap<readonly Route[], Owners>();

function ownersOf(routes: readonly Route[]): Owners {
  const known = knownOwners.get(routes) ?? findOwners(routes);
  knownOwners.set(routes, known);
  return known;
}

/** Where two routes or origins share an entry, the first has it: the data plane cannot tell them apart. */
function findOwners(routes: readonly Route[]): Owners {
  const listeners = new Map<string, Owner<ListenerLabels>>();
  const endpoints = new Map<string, Owner<EndpointLabels>>();
  for (const { loadBalancer, listener, service, hops } of routes) {
    const labels = { loadBalancer: loadBalancer.name, listener };
    if (listeners.has(serviceKey(service))) continue;
    listeners.set(serviceKey(service), ownerBy(labels));
    for (const { origin, endpoint, socket } of hops) {
      const key = destinationKey(service, socket);
      if (!endpoints.has(key)) endpoints.set(key, ownerBy({ ...labels, origin, endpoint }));
    }
  }
  return { listeners, endpoints };
}

function ownerBy<Labels>(labels: Labels): Owner<Labels> {
  return { key: JSON.stringify(labels), labels };
}

function post<Labels extends ListenerLabels>(
  totals: Map<string, Labels & { readonly counters: Counters }>,
  owner: Owner<Labels> | undefined,
  before: Counters | undefined,
  now: Counters,
): void {
  if (owner === undefined) return;
  const total = totals.get(owner.key);
  if (total !== undefined && before !== undefined && isSame(before, now)) return;
  const counters = sum(total?.counters ?? { connections: 0 }, growth(before, now));
  totals.set(owner.key, { counters, ...owner.labels });
}

function isSame(left: Counters, right: Counters): boolean {
  return COUNTER_NAMES.every((name) => left[name] === right[name]);
}

/** A counter that went down was started anew, so all it shows is growth. */
function growth(before: Counters | undefined, now: Counters): Counters {
  return combine(now, before ?? { connections: 0 }, (value, earlier) => (value < earlier ? value : value - earlier));
}

function sum(left: Counters, right: Counters): Counters {
  return { ...left, ...combine(right, left, (added, total) => total + added) };
}

type CounterName = keyof Counters;

const COUNTER_NAMES: readonly CounterName[] = ['connections', 'packetsIn', 'packetsOut', 'bytesIn', 'bytesOut'];

function combine(counters: Counters, others: Counters, operation: (value: number, other: number) => number): Counters {
  const entries = Object.entries(counters) as [CounterName, number][];
  const combined = entries.map(([name, value]) => [name, operation(value, others[name] ?? 0)] as const);
  return { connections: 0, ...Object.fromEntries(combined) };
}
