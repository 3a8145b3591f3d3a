import type { Route } from '../configuration/routes.js';
import type { ActualService, SourcePorts } from '../data-plane/data-plane.js';
import { formatSocket, serviceKey } from '../data-plane/service.js';
import type { Problem } from '../problem.js';

/** How much of the edge's source ports one endpoint's connections take, all services that lead there together. */
export interface SourcePortUse {
  readonly loadBalancer: string;
  readonly listener: string;
  readonly origin: string;
  readonly endpoint: string;
  /** Protocol and socket: what shares the ports. */
  readonly towards: string;
  readonly connections: number;
  readonly limit: number;
}

interface Traffic {
  readonly routes: readonly Route[];
  readonly actual: readonly ActualService[];
  readonly sourcePorts: SourcePorts;
}

/** Beyond this part of the ports the kernel needs long to find one, and soon finds none: the connection fails. */
const SCARCE_RATIO = 0.8;

/** Whether no socket can be short of ports even if all connections lead to one: mostly so, and told without looking closer. */
export function hasPortsToSpare({ actual, sourcePorts }: Pick<Traffic, 'actual' | 'sourcePorts'>): boolean {
  let connections = 0;
  for (const { destinations } of actual)
    for (const { activeConnections, inactiveConnections } of destinations)
      connections += activeConnections + inactiveConnections;
  return connections < SCARCE_RATIO * sourcePorts.limit;
}

/** One for each endpoint and listener where connections come from the edge's own address, over all its addresses. */
export function sourcePortUse({ routes, actual, sourcePorts }: Traffic): readonly SourcePortUse[] {
  const translated = routes.filter((route) => usesOwnPorts(route, sourcePorts));
  const connections = connectionsTowards(translated, actual);
  const uses = translated.flatMap(({ loadBalancer, listener, service, hops }) =>
    hops.map(({ origin, endpoint, socket }): SourcePortUse => {
      const towards = `${service.protocol} ${formatSocket(socket)}`;
      // Of a range, each port has all source ports to itself; the connections are taken to spread over them.
      const ports = service.endPort === undefined ? 1 : service.endPort - service.port + 1;
      return {
        ...{ loadBalancer: loadBalancer.name, listener, origin, endpoint, towards },
        connections: connections.get(towards) ?? 0,
        limit: sourcePorts.limit * ports,
      };
    }),
  );
  return [...new Map(uses.map((use) => [JSON.stringify([use.loadBalancer, use.listener, use.towards]), use])).values()];
}

/** Told before connections begin to fail. */
export function scarcePorts(uses: readonly SourcePortUse[]): readonly Problem[] {
  const scarce = new Map(uses.filter(isScarce).map((use) => [use.towards, use]));
  return [...scarce.values()].map(({ towards, origin, connections, limit }) => ({
    code: 'source-ports-scarce',
    message: `${connections} of ${limit} source ports of this edge are in use towards ${towards} of ${origin}, and connections fail without one; give the origin more endpoints, or route its answers back through the edge and turn sourceNat off`,
  }));
}

function isScarce({ connections, limit }: SourcePortUse): boolean {
  return connections >= SCARCE_RATIO * limit;
}

function usesOwnPorts({ loadBalancer }: Route, { usedBy }: SourcePorts): boolean {
  const { method, sourceNat } = loadBalancer.forwarding;
  return usedBy === 'every-service' || (sourceNat && method === 'masquerade');
}

/** A connection that lingers keeps its port like one that is used. */
function connectionsTowards(routes: readonly Route[], actual: readonly ActualService[]): ReadonlyMap<string, number> {
  const keys = new Set(routes.map(({ service }) => serviceKey(service)));
  const totals = new Map<string, number>();
  for (const { protocol, destinations } of actual.filter((service) => keys.has(serviceKey(service))))
    for (const destination of destinations) {
      const towards = `${protocol} ${formatSocket(destination)}`;
      const { activeConnections, inactiveConnections } = destination;
      totals.set(towards, (totals.get(towards) ?? 0) + activeConnections + inactiveConnections);
    }
  return totals;
}
