import type { Route } from '../configuration/routes.js';
import type { EndpointState } from './endpoints.js';

/** One load balancer in a report: its parts in their published order, and where their states are in the list of all. */
export interface LoadBalancerOutline {
  readonly name: string;
  readonly origins: readonly OriginOutline[];
}

export interface OriginOutline {
  readonly origin: string;
  readonly endpoints: readonly { readonly address: string; readonly at: readonly number[] }[];
}

type Labels = Pick<EndpointState, 'loadBalancer' | 'origin' | 'endpoint'>;

/** Routes stay the same from one configuration to the next, over hundreds of reports. */
const knownOutlines = new WeakMap<readonly Route[], readonly LoadBalancerOutline[]>();

/** `states` are those of all endpoints of the routes, whose order depends on nothing else. */
export function outlineOf(routes: readonly Route[], states: readonly Labels[]): readonly LoadBalancerOutline[] {
  const known = knownOutlines.get(routes) ?? outline(routes, states);
  knownOutlines.set(routes, known);
  return known;
}

function outline(routes: readonly Route[], states: readonly Labels[]): readonly LoadBalancerOutline[] {
  const numbered = states.map((state, at) => ({ state, at }));
  const byName = groupBy(numbered, ({ state }) => state.loadBalancer);
  const names = new Set(routes.map(({ loadBalancer }) => loadBalancer.name));
  return [...names].map((name) => ({
    name,
    origins: [...groupBy(byName.get(name) ?? [], ({ state }) => state.origin)].map(([origin, members]) => ({
      origin,
      endpoints: [...groupBy(members, ({ state }) => state.endpoint)].map(([address, listeners]) => ({
        address,
        at: listeners.map(({ at }) => at),
      })),
    })),
  }));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
