import type { AgentReport, DepartureReport, LoadBalancerReport, OriginReport } from '#contracts/agent-report.js';
import { serviceKey } from '../data-plane/service.js';
import type { Departure } from './departures.js';
import { endpointStates, isUpEverywhere, originLatencyMs, originLossRatio, type EndpointState } from './endpoints.js';
import type { EndpointTotal, ListenerTotal } from './ledger.js';
import type { AgentView } from './view.js';

export interface ReportIdentity {
  readonly agentVersion: string;
  readonly instance: string;
  readonly sequence: number;
  readonly monotonicMs: number;
  /** Left out while the metrics are not served. */
  readonly metricsAddress?: string;
}

/** What the agent tells the control plane: its load balancers in their published order, with totals since it started. */
export function buildReport(view: AgentView, identity: ReportIdentity): AgentReport {
  const states = endpointStates(view);
  const names = new Set(view.routes.map(({ loadBalancer }) => loadBalancer.name));
  return {
    version: 1,
    edge: view.edge,
    ...identity,
    applied: view.applied,
    dataPlane: view.dataPlane,
    loadBalancers: [...names].map((name) => loadBalancerReport(name, view, states)),
    ...(view.departures.length > 0 && { departures: view.departures.map(departureReport) }),
    ...(view.announced !== undefined && { announced: [...view.announced] }),
    errors: view.problems.map(({ code, message }) => ({ code, message })),
  };
}

function departureReport({ service, ...departure }: Departure): DepartureReport {
  return { service: serviceKey(service), ...departure };
}

function loadBalancerReport(name: string, view: AgentView, states: readonly EndpointState[]): LoadBalancerReport {
  const own = states.filter(({ loadBalancer }) => loadBalancer === name);
  const totals = [...view.ledger.endpoints.values()].filter(({ loadBalancer }) => loadBalancer === name);
  return {
    name,
    connections: connectionsOf([...view.ledger.listeners.values()].filter(({ loadBalancer }) => loadBalancer === name)),
    origins: [...groupBy(own, ({ origin }) => origin)].map(([origin, endpoints]) =>
      originReport(
        origin,
        endpoints,
        totals.filter((total) => total.origin === origin),
      ),
    ),
  };
}

function originReport(
  origin: string,
  states: readonly EndpointState[],
  totals: readonly EndpointTotal[],
): OriginReport {
  const lossRatio = originLossRatio(states);
  return {
    origin,
    connections: connectionsOf(totals),
    rttMs: originLatencyMs(states),
    ...(lossRatio !== null && { lossRatio }),
    endpoints: [...groupBy(states, ({ endpoint }) => endpoint)].map(([address, listeners]) => ({
      address,
      up: isUpEverywhere(listeners.map(({ up }) => up)),
      weight: Math.max(...listeners.map(({ weight }) => weight)),
      activeConnections: listeners.reduce((sum, { activeConnections }) => sum + activeConnections, 0),
    })),
  };
}

function connectionsOf(totals: readonly (ListenerTotal | EndpointTotal)[]): number {
  return totals.reduce((sum, { counters }) => sum + counters.connections, 0);
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
