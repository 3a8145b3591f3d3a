import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName, type EdgeName } from '#core/model/name.js';
import type { Origin } from '#core/model/origin.js';
import type { FleetEntry } from '../agent-channel/fleet.js';
import type { Shown } from '../http/shown.js';
import type { originDrainSchema } from './status.schema.js';

type OriginDrain = Shown<typeof originDrainSchema>;
type EdgeDrain = OriginDrain['edges'][number];

/** What edges still have open at an origin that takes no new connections; `null` for one in use that nothing leaves. */
export function originDrain(
  { name, state }: Pick<Origin, 'name' | 'state'>,
  fleet: ReadonlyMap<EdgeName, FleetEntry>,
): OriginDrain | null {
  const edges = [...fleet].flatMap(([edge, { report, ageMs }]): readonly EdgeDrain[] => {
    const { connections, secondsLeft } = leaving(report, name, state !== 'active');
    const hasLeft = connections === 0 && secondsLeft === null;
    return hasLeft ? [] : [{ edge: edgeName(edge), lastSeenSeconds: ageMs / 1_000, connections, secondsLeft }];
  });
  if (state === 'active' && edges.length === 0) return null;
  return { connections: edges.reduce((sum, { connections }) => sum + connections, 0), edges };
}

/**
 * A destination on its way out that is still published stands in a report twice, once among the endpoints; so for each
 * load balancer the larger figure counts.
 */
function leaving(
  report: AgentReport,
  origin: string,
  isOutOfUse: boolean,
): Pick<EdgeDrain, 'connections' | 'secondsLeft'> {
  const departures = (report.departures ?? []).filter((departure) => departure.origin === origin);
  const departing = new Map<string | null, number>();
  for (const { loadBalancer, connections } of departures) {
    departing.set(loadBalancer, (departing.get(loadBalancer) ?? 0) + connections);
  }
  if (isOutOfUse) {
    for (const [loadBalancer, open] of openConnections(report, origin)) {
      departing.set(loadBalancer, Math.max(open, departing.get(loadBalancer) ?? 0));
    }
  }
  return {
    connections: [...departing.values()].reduce((sum, connections) => sum + connections, 0),
    secondsLeft: departures.length === 0 ? null : Math.max(...departures.map(({ secondsLeft }) => secondsLeft)),
  };
}

function openConnections({ loadBalancers }: AgentReport, origin: string): ReadonlyMap<string, number> {
  return new Map(
    loadBalancers.flatMap(({ name, origins }) => {
      const endpoints = origins.filter((arc) => arc.origin === origin).flatMap((arc) => arc.endpoints);
      if (endpoints.length === 0) return [];
      return [[name, endpoints.reduce((sum, { activeConnections }) => sum + activeConnections, 0)] as const];
    }),
  );
}
