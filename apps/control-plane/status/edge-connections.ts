import type { AgentReport } from '#contracts/agent-report.js';

/**
 * Connections open at an edge, by its last report. A destination on its way out that is still published stands in a report
 * twice, once among the endpoints; so for each load balancer and origin the larger figure counts.
 */
export function edgeConnections({
  loadBalancers,
  departures = [],
}: Pick<AgentReport, 'loadBalancers' | 'departures'>): number {
  const departing = new Map<string, number>();
  for (const { loadBalancer, origin, connections } of departures) {
    const place = placeOf(loadBalancer, origin);
    departing.set(place, (departing.get(place) ?? 0) + connections);
  }
  const open = new Map(departing);
  for (const { name, origins } of loadBalancers) {
    for (const { origin, endpoints } of origins) {
      const connections = endpoints.reduce((sum, { activeConnections }) => sum + activeConnections, 0);
      const place = placeOf(name, origin);
      open.set(place, Math.max(connections, departing.get(place) ?? 0));
    }
  }
  return [...open.values()].reduce((sum, connections) => sum + connections, 0);
}

function placeOf(loadBalancer: string | null, origin: string | null): string {
  return `${loadBalancer ?? ''} ${origin ?? ''}`;
}
