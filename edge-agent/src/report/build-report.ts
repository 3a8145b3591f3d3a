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
  const members = endpoints.map(({ at }) => statesAt(at, states));
  const all = members.flat();
  const rttMs = originLatencyMs(all);
  const lossRatio = originLossRatio(all);
  const reports = endpoints.map(({ address }, index) => endpointReport(address, members[index] ?? []));
  // Not by a spread: Node 20 takes forty times as long for an object that gets more after one.
  return lossRatio === null
    ? { origin, connections, rttMs, endpoints: reports }
    : { origin, connections, rttMs, lossRatio, endpoints: reports };
}

function statesAt(at: readonly number[], states: readonly EndpointState[]): readonly EndpointState[] {
  const found: EndpointState[] = [];
  for (const index of at) {
    const state = states[index];
    if (state !== undefined) found.push(state);
  }
  return found;
}

function endpointReport(address: string, listeners: readonly EndpointState[]): OriginReport['endpoints'][number] {
  let weight = 0;
  let activeConnections = 0;
  for (const listener of listeners) {
    weight = Math.max(weight, listener.weight);
    activeConnections += listener.activeConnections;
  }
  return { address, up: isUpEverywhere(listeners), weight, activeConnections };
}
