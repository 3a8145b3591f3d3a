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
  const parts: ReportParts = {
    states: groupBy(endpointStates(view), ({ loadBalancer }) => loadBalancer),
    listeners: groupBy([...view.ledger.listeners.values()], ({ loadBalancer }) => loadBalancer),
    endpoints: groupBy([...view.ledger.endpoints.values()], ({ loadBalancer }) => loadBalancer),
  };
  const names = new Set(view.routes.map(({ loadBalancer }) => loadBalancer.name));
  return {
    version: 1,
    edge: view.edge,
    ...identity,
    applied: view.applied,
    dataPlane: view.dataPlane,
    loadBalancers: [...names].map((name) => loadBalancerReport(name, parts)),
    ...(view.departures.length > 0 && { departures: view.departures.map(departureReport) }),
    ...(view.announced !== undefined && { announced: [...view.announced] }),
    errors: view.problems.map(({ code, message }) => ({ code, message })),
  };
}

function departureReport({ service, ...departure }: Departure): DepartureReport {
  return { service: serviceKey(service), ...departure };
}

/** By load balancer. */
interface ReportParts {
  readonly states: ReadonlyMap<string, readonly EndpointState[]>;
  readonly listeners: ReadonlyMap<string, readonly ListenerTotal[]>;
  readonly endpoints: ReadonlyMap<string, readonly EndpointTotal[]>;
}

function loadBalancerReport(name: string, { states, listeners, endpoints: counted }: ReportParts): LoadBalancerReport {
  const totals = counted.get(name) ?? [];
  return {
    name,
    connections: connectionsOf(listeners.get(name) ?? []),
    origins: [...groupBy(states.get(name) ?? [], ({ origin }) => origin)].map(([origin, endpoints]) =>
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
