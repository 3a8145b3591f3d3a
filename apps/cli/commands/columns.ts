import type { Schemas } from '#client/weir-client.js';
import { formatRate } from '../output/figures.js';
import type { Column } from '../output/render.js';

/** What `get` shows of each kind; everything is in `-o yaml`. */

type LoadBalancer = Schemas['LoadBalancer'];
type Origin = Schemas['Origin'];
type Edge = Schemas['Edge'];

export const LOAD_BALANCER_COLUMNS: readonly Column<LoadBalancer>[] = [
  { header: 'name', cell: ({ name }) => name },
  { header: 'addresses', cell: ({ addresses }) => addresses.join(', ') },
  { header: 'listeners', cell: ({ listeners }) => listeners.map(listenerText).join(', ') },
  { header: 'origins', cell: ({ origins }) => origins.map(({ origin }) => origin).join(', ') },
  { header: 'policy', cell: ({ policy }) => (policy.frozen ? `${policy.mode}, frozen` : policy.mode) },
];

export const ORIGIN_COLUMNS: readonly Column<Origin>[] = [
  { header: 'name', cell: ({ name }) => name },
  { header: 'region', cell: ({ region }) => region },
  { header: 'state', cell: ({ state }) => state },
  { header: 'endpoints', cell: ({ endpoints }) => String(endpoints.length), align: 'right' },
  { header: 'capacity', cell: capacityText, align: 'right' },
];

export const EDGE_COLUMNS: readonly Column<Edge>[] = [
  { header: 'name', cell: ({ name }) => name },
  { header: 'site', cell: ({ site }) => site },
  { header: 'region', cell: ({ region }) => region },
  { header: 'state', cell: ({ state }) => state },
];

export function listenerText(listener: LoadBalancer['listeners'][number]): string {
  const { protocol, port } = listener;
  const last = 'endPort' in listener && typeof listener.endPort === 'number' ? `-${listener.endPort}` : '';
  return `${protocol} ${port}${last}`;
}

export function capacityText({ capacity, utilization }: Origin): string {
  if (utilization !== undefined) return 'learnt';
  const { rate, connections } = capacity;
  const parts = [
    ...(rate === undefined ? [] : [formatRate(rate)]),
    ...(connections === undefined ? [] : [`${connections} open`]),
  ];
  return parts.length === 0 ? 'unlimited' : parts.join(', ');
}
