import type { Schemas } from '#client/weir-client.js';
import { formatMs } from '../output/figures.js';
import { type Column, renderFirst } from '../output/render.js';
import type { SeenEndpoint } from '../standing/read-health.js';

/** Parts that descriptions of all kinds share. */

type Event = Schemas['Event'];

/** Rows that a person still reads. */
export const MOST_ROWS = 20;

const HEALTH_COLUMNS: readonly Column<SeenEndpoint>[] = [
  { header: 'load balancer', cell: ({ loadBalancer }) => loadBalancer },
  { header: 'edge', cell: ({ edge }) => edge },
  { header: 'origin', cell: ({ origin }) => origin },
  { header: 'endpoint', cell: ({ address }) => address },
  { header: 'is', cell: ({ up }) => (up === null ? 'not known yet' : up ? 'up' : 'DOWN') },
  { header: 'weight', cell: ({ weight }) => String(weight), align: 'right' },
  { header: 'open', cell: ({ activeConnections }) => String(activeConnections), align: 'right' },
  { header: 'latency', cell: ({ rttMs }) => formatMs(rttMs), align: 'right' },
];

/** What is down comes first; the column that is the same in every row is left out. */
export function healthSection(health: readonly SeenEndpoint[], subject: 'load balancer' | 'edge' | 'origin'): string {
  if (health.length === 0) return 'No edge has reported on its endpoints yet.\n';
  const rows = [...health].sort((left, right) => Number(left.up ?? true) - Number(right.up ?? true));
  const columns = HEALTH_COLUMNS.filter(({ header }) => header !== subject);
  return section('Endpoints, as edges see them', renderFirst(rows, columns, MOST_ROWS));
}

export function eventsSection(events: readonly Event[]): string {
  if (events.length === 0) return 'Nothing has happened to it.\n';
  const lines = events.map(
    ({ at, actor, summary }) => `  ${at}  ${actor === null ? summary : audited(actor, summary)}\n`,
  );
  return section('What happened last', lines.join(''));
}

/** Summaries of writes begin with who made them. */
function audited(actor: string, summary: string): string {
  return summary.startsWith(actor) ? summary : `${actor}: ${summary}`;
}

export function section(title: string, content: string): string {
  return `${title}:\n${content}`;
}
