import type { Route } from '../configuration/routes.js';
import type { ActualService, Counters } from '../data-plane/data-plane.js';
import { destinationKey, serviceKey } from '../data-plane/service.js';

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
    const labels = owners.listeners.get(key);
    if (labels !== undefined) post(listeners, labels, growth(ledger.lastSeen.get(key), service.counters));
    for (const destination of service.destinations) {
      const destinationId = destinationKey(service, destination);
      lastSeen.set(destinationId, destination.counters);
      const owner = owners.endpoints.get(destinationId);
      if (owner !== undefined) post(endpoints, owner, growth(ledger.lastSeen.get(destinationId), destination.counters));
    }
  }
  return { lastSeen, listeners, endpoints };
}

/** Where two routes or origins share an entry, the first has it: the data plane cannot tell them apart. */
function ownersOf(routes: readonly Route[]) {
  const listeners = new Map<string, ListenerLabels>();
  const endpoints = new Map<string, EndpointLabels>();
  for (const { loadBalancer, listener, service, hops } of routes) {
    const labels = { loadBalancer: loadBalancer.name, listener };
    if (listeners.has(serviceKey(service))) continue;
    listeners.set(serviceKey(service), labels);
    for (const { origin, endpoint, socket } of hops) {
      const key = destinationKey(service, socket);
      if (!endpoints.has(key)) endpoints.set(key, { ...labels, origin, endpoint });
    }
  }
  return { listeners, endpoints };
}

function post<Labels extends ListenerLabels>(
  totals: Map<string, Labels & { readonly counters: Counters }>,
  labels: Labels,
  counted: Counters,
): void {
  const key = JSON.stringify(labels);
  totals.set(key, { ...labels, counters: sum(totals.get(key)?.counters ?? { connections: 0 }, counted) });
}

/** A counter that went down was started anew, so all it shows is growth. */
function growth(before: Counters | undefined, now: Counters): Counters {
  return combine(now, before ?? { connections: 0 }, (value, earlier) => (value < earlier ? value : value - earlier));
}

function sum(left: Counters, right: Counters): Counters {
  return { ...left, ...combine(right, left, (added, total) => total + added) };
}

type CounterName = keyof Counters;

function combine(counters: Counters, others: Counters, operation: (value: number, other: number) => number): Counters {
  const entries = Object.entries(counters) as [CounterName, number][];
  const combined = entries.map(([name, value]) => [name, operation(value, others[name] ?? 0)] as const);
  return { connections: 0, ...Object.fromEntries(combined) };
}
