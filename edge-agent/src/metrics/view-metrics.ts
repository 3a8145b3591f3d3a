import type { TrafficCounter } from '../data-plane/data-plane.js';
import { serviceKey } from '../data-plane/service.js';
import type { Departure } from '../report/departures.js';
import {
  endpointStates,
  isUpEverywhere,
  originLatencyMs,
  originLossRatio,
  type EndpointState,
} from '../report/endpoints.js';
import type { EndpointTotal, ListenerTotal } from '../report/ledger.js';
import { sourcePortUse } from '../report/source-ports.js';
import type { AgentView } from '../report/view.js';

export interface MetricsView extends AgentView {
  /** Since the control plane last confirmed the configuration in hand, or since the agent started. */
  readonly configurationAgeSeconds: number;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric that is worked out from what the agent knows at the moment of a scrape. */
export interface ViewMetric {
  readonly name: `weir_edge_${string}`;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labelNames: readonly string[];
  readonly samples: (view: MetricsView) => readonly Sample[];
}

const LISTENER = ['load_balancer', 'listener', 'edge'];
const ENDPOINT = [...LISTENER, 'origin', 'endpoint'];
const DEPARTURE = ['load_balancer', 'edge', 'origin', 'service', 'destination'];

export const VIEW_METRICS: readonly ViewMetric[] = [
  {
    name: 'weir_edge_connections_total',
    help: 'Connections received from clients.',
    kind: 'counter',
    labelNames: LISTENER,
    samples: ({ edge, ledger }) =>
      [...ledger.listeners.values()].map((total) => ({
        labels: listenerLabels(edge, total),
        value: total.counters.connections,
      })),
  },
  {
    name: 'weir_edge_origin_connections_total',
    help: 'Connections sent to an endpoint of an origin.',
    kind: 'counter',
    labelNames: ENDPOINT,
    samples: ({ edge, ledger }) =>
      [...ledger.endpoints.values()].map((total) => ({
        labels: endpointLabels(edge, total),
        value: total.counters.connections,
      })),
  },
  {
    name: 'weir_edge_bytes_total',
    help: 'Bytes from (in) and to (out) clients.',
    kind: 'counter',
    labelNames: [...LISTENER, 'direction'],
    samples: (view) => trafficSamples(view, { in: 'bytesIn', out: 'bytesOut' }),
  },
  {
    name: 'weir_edge_packets_total',
    help: 'Packets from (in) and to (out) clients.',
    kind: 'counter',
    labelNames: [...LISTENER, 'direction'],
    samples: (view) => trafficSamples(view, { in: 'packetsIn', out: 'packetsOut' }),
  },
  {
    name: 'weir_edge_active_connections',
    help: 'Established connections to an endpoint.',
    kind: 'gauge',
    labelNames: ENDPOINT,
    samples: (view) => endpointSamples(view, ({ activeConnections }) => activeConnections),
  },
  {
    name: 'weir_edge_weight',
    help: 'Weight that the data plane has for an endpoint.',
    kind: 'gauge',
    labelNames: ENDPOINT,
    samples: (view) => endpointSamples(view, ({ weight }) => weight),
  },
  {
    name: 'weir_edge_endpoint_up',
    help: "1 while this edge's probes call an endpoint up, 0 while they call it down.",
    kind: 'gauge',
    labelNames: ['load_balancer', 'edge', 'origin', 'endpoint'],
    samples: endpointUpSamples,
  },
  {
    name: 'weir_edge_origin_rtt_seconds',
    help: 'Latency from this edge to an origin: the shortest of the latest probes.',
    kind: 'gauge',
    labelNames: ['load_balancer', 'edge', 'origin'],
    samples: originRttSamples,
  },
  {
    name: 'weir_edge_probe_loss_ratio',
    help: 'Part of the latest probes from this edge to an origin that failed.',
    kind: 'gauge',
    labelNames: ['load_balancer', 'edge', 'origin'],
    samples: originLossSamples,
  },
  {
    name: 'weir_edge_announced',
    help: '1 while an anycast address is announced by this edge, 0 while one it serves is not.',
    kind: 'gauge',
    labelNames: ['edge', 'address'],
    samples: announcedSamples,
  },
  {
    name: 'weir_edge_draining_connections',
    help: 'Connections of a destination that is on its way out. Labels that the configuration does not know any more are empty.',
    kind: 'gauge',
    labelNames: DEPARTURE,
    samples: (view) => departureSamples(view, ({ connections }) => connections),
  },
  {
    name: 'weir_edge_draining_seconds_left',
    help: 'Time until a destination that is on its way out is removed with the connections it still has.',
    kind: 'gauge',
    labelNames: DEPARTURE,
    samples: (view) => departureSamples(view, ({ secondsLeft }) => secondsLeft),
  },
  {
    name: 'weir_edge_source_port_use_ratio',
    help: "Part of the edge's source ports towards an endpoint that its connections take, from all services; at 1 they fail.",
    kind: 'gauge',
    labelNames: ENDPOINT,
    samples: (view) =>
      sourcePortUse(view).map((use) => ({
        labels: endpointLabels(view.edge, use),
        value: use.connections / use.limit,
      })),
  },
  {
    name: 'weir_edge_problem',
    help: '1 for each kind of problem the agent has, by its code; absent without any.',
    kind: 'gauge',
    labelNames: ['edge', 'code'],
    samples: ({ edge, problems }) =>
      [...new Set(problems.map(({ code }) => code))].map((code) => ({ labels: { edge, code }, value: 1 })),
  },
  {
    name: 'weir_edge_configuration_generation',
    help: 'Generation that the data plane was last brought to.',
    kind: 'gauge',
    labelNames: ['edge'],
    samples: ({ edge, applied }) => (applied === null ? [] : [{ labels: { edge }, value: applied.generation }]),
  },
  {
    name: 'weir_edge_configuration_age_seconds',
    help: 'Time since the control plane last confirmed the configuration, or since the agent started.',
    kind: 'gauge',
    labelNames: ['edge'],
    samples: ({ edge, configurationAgeSeconds }) => [{ labels: { edge }, value: configurationAgeSeconds }],
  },
];

function listenerLabels(edge: string, { loadBalancer, listener }: Pick<ListenerTotal, 'loadBalancer' | 'listener'>) {
  return { load_balancer: loadBalancer, listener, edge };
}

function endpointLabels(edge: string, { loadBalancer, listener, origin, endpoint }: Omit<EndpointTotal, 'counters'>) {
  return { load_balancer: loadBalancer, listener, edge, origin, endpoint };
}

function departureSamples({ edge, departures }: MetricsView, value: (departure: Departure) => number): Sample[] {
  return departures.map((departure) => ({
    labels: {
      load_balancer: departure.loadBalancer ?? '',
      edge,
      origin: departure.origin ?? '',
      service: serviceKey(departure.service),
      destination: departure.destination,
    },
    value: value(departure),
  }));
}

/** A data plane that does not count packets has no such series. */
function trafficSamples({ edge, ledger }: MetricsView, counters: Record<'in' | 'out', TrafficCounter>): Sample[] {
  return [...ledger.listeners.values()].flatMap((total) =>
    (['in', 'out'] as const).flatMap((direction) => {
      const value = total.counters[counters[direction]];
      return value === undefined ? [] : [{ labels: { ...listenerLabels(edge, total), direction }, value }];
    }),
  );
}

function endpointSamples(view: MetricsView, value: (state: EndpointState) => number): Sample[] {
  return endpointStates(view).map((state) => ({ labels: endpointLabels(view.edge, state), value: value(state) }));
}

function endpointUpSamples(view: MetricsView): Sample[] {
  return grouped(view, ({ origin, endpoint }) => ({ origin, endpoint })).flatMap(({ labels, states }) => {
    const up = isUpEverywhere(states);
    return up === null ? [] : [{ labels, value: up ? 1 : 0 }];
  });
}

function originRttSamples(view: MetricsView): Sample[] {
  return grouped(view, ({ origin }) => ({ origin })).flatMap(({ labels, states }) => {
    const latencyMs = originLatencyMs(states);
    return latencyMs === null ? [] : [{ labels, value: latencyMs / 1000 }];
  });
}

function originLossSamples(view: MetricsView): Sample[] {
  return grouped(view, ({ origin }) => ({ origin })).flatMap(({ labels, states }) => {
    const lossRatio = originLossRatio(states);
    return lossRatio === null ? [] : [{ labels, value: lossRatio }];
  });
}

function announcedSamples({ edge, routes, announced }: MetricsView): Sample[] {
  if (announced === undefined) return [];
  const addresses = new Set([...routes.map(({ service }) => service.address), ...announced]);
  return [...addresses].map((address) => ({
    labels: { edge, address },
    value: announced.includes(address) ? 1 : 0,
  }));
}

/** The endpoints' states by load balancer, edge and what `labelsOf` adds. */
function grouped(view: MetricsView, labelsOf: (state: EndpointState) => Readonly<Record<string, string>>) {
  const groups = new Map<string, { labels: Readonly<Record<string, string>>; states: EndpointState[] }>();
  for (const state of endpointStates(view)) {
    const labels = { load_balancer: state.loadBalancer, edge: view.edge, ...labelsOf(state) };
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, states: [] as EndpointState[] };
    groups.set(key, group);
    group.states.push(state);
  }
  return [...groups.values()];
}
