import type { Schemas } from '#client/weir-client.js';
import { labelsText, renderFields } from '../output/fields.js';
import { formatRate, formatSeconds } from '../output/figures.js';
import { type Column, renderFirst } from '../output/render.js';
import type { SeenEndpoint } from '../standing/read-health.js';
import { sharesText } from './describe-load-balancer.js';
import { eventsSection, healthSection, MOST_ROWS, section } from './sections.js';

type EdgeStatus = Schemas['EdgeStatus'];

/** What one edge receives for one load balancer, and where it goes. */
export interface EdgeShares extends Readonly<Omit<Schemas['Shares']['pairs'][number], 'edge'>> {
  readonly loadBalancer: string;
}

export interface EdgeDescription {
  readonly kind: 'Edge';
  readonly edge: Schemas['Edge'];
  readonly status: EdgeStatus;
  readonly shares: readonly EdgeShares[];
  readonly health: readonly SeenEndpoint[];
  readonly events: readonly Schemas['Event'][];
}

const SHARE_COLUMNS: readonly Column<EdgeShares>[] = [
  { header: 'load balancer', cell: ({ loadBalancer }) => loadBalancer },
  { header: 'demand', cell: ({ demand }) => formatRate(demand), align: 'right' },
  { header: 'shares', cell: ({ shares }) => sharesText(shares) },
  { header: 'because', cell: ({ shares }) => [...new Set(shares.map(({ reason }) => reason))].join(', ') },
];

export function describeEdge({ edge, status, shares, health, events }: EdgeDescription): string {
  const { name, site, region, state, labels } = edge;
  const fields = renderFields([
    ['site', site],
    ['region', region],
    ['state', state],
    ['labels', labelsText(labels)],
  ]);
  return [
    `Edge ${name}\n${fields}`,
    `${agentSentences(status).join('\n')}\n`,
    shares.length === 0
      ? 'It serves no load balancer yet.\n'
      : section('Shares', renderFirst(shares, SHARE_COLUMNS, MOST_ROWS)),
    healthSection(health, 'edge'),
    eventsSection(events),
  ].join('\n');
}

function agentSentences({
  agentVersion,
  dataPlane,
  lastSeenSeconds,
  announced,
  connections,
  errors,
  ...points
}: EdgeStatus): readonly string[] {
  if (agentVersion === null) return ['No agent has reported from it.'];
  const addresses = announced?.length === 0 ? 'none of its addresses' : announced?.join(', ');
  return [
    `Its agent ${agentVersion} (${String(dataPlane)}) reported ${formatSeconds(lastSeenSeconds)} ago; ${configurationText(points)}.`,
    ...(connections === null ? [] : [`${connections} connections are open there.`]),
    ...(addresses === undefined ? [] : [`It announces ${addresses}.`]),
    ...errors.map(({ code, message }) => `! ${code}: ${message}`),
  ];
}

function configurationText({
  applied,
  published,
  isCurrent,
}: Pick<EdgeStatus, 'applied' | 'published' | 'isCurrent'>): string {
  if (published === null) return 'nothing has been published for it';
  if (isCurrent) return `it has applied the newest configuration (generation ${published.generation})`;
  const what = applied === null ? 'nothing yet' : `generation ${applied.generation}`;
  return `it has applied ${what} of generation ${published.generation}`;
}
