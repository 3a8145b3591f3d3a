import type { AgentReport, DepartureReport, LoadBalancerReport, OriginReport } from '#contracts/agent-report.js';
import { serviceKey } from '../data-plane/service.js';
import { connectionTotals, type ConnectionTotals } from './connection-totals.js';
import type { Departure } from './departures.js';
import { endpointStates, isUpEverywhere, originLatencyMs, originLossRatio, type EndpointState } from './endpoints.js';
import { outlineOf, type LoadBalancerOutline, type OriginOutline } from './outline.js';
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
  const totals = connectionTotals(view.ledger);
  return {
    version: 1,
    edge: view.edge,
    ...identity,
    applied: view.applied,
    dataPlane: view.dataPlane,
    loadBalancers: outlineOf(view.routes, states).map((outline) =>
      loadBalancerReport(outline, states, totals.get(outline.name)),
    ),
    ...(view.departures.length > 0 && { departures: view.departures.map(departureReport) }),
    ...(view.announced !== undefined && { announced: [...view.announced] }),
    errors: view.problems.map(({ code, message }) => ({ code, message })),
  };
}

function departureReport({ service, ...departure }: Departure): DepartureReport {
  return { service: serviceKey(service), ...departure };
}

function loadBalancerReport(
  { name, origins }: LoadBalancerOutline,
  states: readonly EndpointState[],
  totals: ConnectionTotals | undefined,
): LoadBalancerReport {
  return {
    name,
    connections: totals?.received ?? 0,
    origins: origins.map((outline) => originReport(outline, states, totals?.sent.get(outline.origin) ?? 0)),
  };
}

function originReport(
  { origin, endpoints }: OriginOutline,
  states: readonly EndpointState[],
  connections: number,
): OriginReport {
  const members = endpoints.map(({ address, at }) => ({
    address,
    listeners: at.flatMap((index) => states[index] ?? []),
  }));
  const all = members.flatMap(({ listeners }) => listeners);
  const lossRatio = originLossRatio(all);
  return {
    origin,
    connections,
    rttMs: originLatencyMs(all),
    ...(lossRatio !== null && { lossRatio }),
    endpoints: members.map(({ address, listeners }) => ({
      address,
      up: isUpEverywhere(listeners.map(({ up }) => up)),
      weight: Math.max(...listeners.map(({ weight }) => weight)),
      activeConnections: listeners.reduce((sum, { activeConnections }) => sum + activeConnections, 0),
    })),
  };
}
