import type { Route } from '../configuration/routes.js';
import type { ActualService } from '../data-plane/data-plane.js';
import { destinationKey, formatSocket, serviceKey, type ServiceAddress } from '../data-plane/service.js';

/** A destination that finishes its connections before it is taken out. */
export interface Departure {
  readonly service: ServiceAddress;
  readonly destination: string;
  /** Whose it is; `null` where the routes in force do not know it any more. */
  readonly loadBalancer: string | null;
  readonly origin: string | null;
  /** Established, and those that are opening or closing: removal would cut them all. */
  readonly connections: number;
  /** Until it is removed whatever connections it has. */
  readonly secondsLeft: number;
}

interface Departing {
  readonly actual: readonly ActualService[];
  /** Deadlines by destination key. */
  readonly draining: ReadonlyMap<string, number>;
  readonly routes: readonly Route[];
  /** On the clock of the deadlines. */
  readonly nowMs: number;
}

/** What is still there of what is to go, in the order of the table. */
export function departuresOf({ actual, draining, routes, nowMs }: Departing): readonly Departure[] {
  if (draining.size === 0) return [];
  return actual.flatMap((service) =>
    service.destinations.flatMap((destination): readonly Departure[] => {
      const deadlineMs = draining.get(destinationKey(service, destination));
      if (deadlineMs === undefined) return [];
      const route = routes.find((each) => serviceKey(each.service) === serviceKey(service));
      const hop = route?.hops.find(({ socket }) => formatSocket(socket) === formatSocket(destination));
      return [
        {
          service,
          destination: formatSocket(destination),
          loadBalancer: route?.loadBalancer.name ?? null,
          origin: hop?.origin ?? null,
          connections: destination.activeConnections + destination.inactiveConnections,
          secondsLeft: Math.max(0, deadlineMs - nowMs) / 1000,
        },
      ];
    }),
  );
}
