import type { Schemas } from '#client/weir-client.js';
import { counted, formatBar, formatMs, formatPercent, formatRate, formatSeconds } from '../output/figures.js';
import { type Column, renderTable } from '../output/render.js';
import type { Standing } from './standing.js';

type Overview = Schemas['Overview'];
type Edge = Overview['edges'][number];
/** `left`: connections at an origin that drains. */
type Origin = Overview['origins'][number] & { readonly left: number | undefined };

export interface StandingView {
  readonly url: string;
  readonly nowMs: number;
  readonly columns: number;
  /** Lines there are; `null` where everything is shown. */
  readonly rows: number | null;
  /** Why what is shown is not of now; `null` while it is. */
  readonly trouble: string | null;
}

const BAR_WIDTH = 24;
const MOST_DECISIONS = 8;
/** With them and the most decisions, the smallest screen (24 lines) is full. */
const MOST_CONCERNS = 4;
/** Agents report every 5 s; three missed reports are a lost agent. */
const LOST_AFTER_SECONDS = 15;
/** Lines that are always there: the tables' headers, a title, and empty ones. */
const FIXED_LINES = 6;
/** Of both tables together, on the smallest screen. */
const FEWEST_ROWS = 4;

/** One screen: what there is to worry about first, then loads, edges, and the last decisions. */
export function renderStanding(standing: Standing, view: StandingView): string {
  const origins = fullestFirst(standing);
  const edges = worstFirst(standing.overview.edges);
  const decisions = decisionLines(standing);
  const head = headLines(standing.overview, view);
  const freeRows = view.rows === null ? Infinity : view.rows - head.length - FIXED_LINES - decisions.length;
  const room = tableRoom(Math.max(FEWEST_ROWS, freeRows), origins.length, edges.length);
  const lines = [
    ...head,
    '',
    ...tableLines(origins, ORIGIN_COLUMNS, room.origins),
    '',
    ...tableLines(edges, EDGE_COLUMNS, room.edges),
    '',
    'LAST DECISIONS',
    ...(decisions.length === 0 ? ['nothing has moved'] : decisions),
  ];
  return lines.map((line) => (line.length > view.columns ? `${line.slice(0, view.columns - 1)}…` : line)).join('\n');
}

function headLines(
  { scheduler, concerns, demand, origins, edges }: Overview,
  { url, nowMs, rows, trouble }: StandingView,
): readonly string[] {
  const { mode, cycleSeconds, lastCycle } = scheduler;
  const age =
    lastCycle === null
      ? 'none yet'
      : `the last ${formatSeconds((nowMs - Date.parse(lastCycle.startedAt)) / 1_000)} ago`;
  return [
    `${url}  ${mode === 'running' ? 'running' : mode.toUpperCase()}, a cycle every ${cycleSeconds} s, ${age}`,
    `${formatRate(demand)} at ${counted(edges.length, 'edge')} for ${counted(origins.length, 'origin')}`,
    ...(trouble === null ? [] : [`! ${trouble}`]),
    ...concernLines(concerns, rows === null ? Infinity : MOST_CONCERNS),
  ];
}

/** A note is as somebody wanted it: no alarm. */
function concernLines(concerns: Overview['concerns'], most: number): readonly string[] {
  const shown = concerns.length <= most ? concerns : concerns.slice(0, most - 1);
  const more = concerns.length - shown.length;
  return [
    ...shown.map(({ severity, sentence }) => `${severity === 'note' ? ' ' : '!'} ${sentence}`),
    ...(more === 0 ? [] : [`  and ${more} more`]),
  ];
}

function fullestFirst({ overview, connectionsLeft }: Standing): readonly Origin[] {
  return overview.origins
    .map((origin) => ({ ...origin, left: connectionsLeft[origin.origin] }))
    .sort((left, right) => (right.utilization ?? 0) - (left.utilization ?? 0));
}

/** Edges that say nothing, or of trouble, before those that are busy. */
function worstFirst(edges: Overview['edges']): Overview['edges'] {
  return [...edges].sort((left, right) => Number(isWell(left)) - Number(isWell(right)) || right.demand - left.demand);
}

function isWell({ lastSeenSeconds, errors }: Edge): boolean {
  return lastSeenSeconds !== null && lastSeenSeconds < LOST_AFTER_SECONDS && errors === 0;
}

function configurationCell({ applied, published, isCurrent }: Edge): string {
  if (isCurrent) return 'current';
  return published === null ? 'none yet' : `${applied?.generation ?? 'none'} of ${published.generation}`;
}

const ORIGIN_COLUMNS: readonly Column<Origin>[] = [
  { header: 'origin', cell: ({ origin }) => origin },
  { header: 'state', cell: ({ state }) => state },
  { header: 'load', cell: ({ load }) => formatRate(load), align: 'right' },
  {
    header: 'capacity',
    cell: ({ capacity }) => (capacity === null ? 'unlimited' : formatRate(capacity)),
    align: 'right',
  },
  {
    header: 'used',
    cell: ({ utilization }) => (utilization === null ? '' : formatBar(utilization, BAR_WIDTH)),
  },
  { header: '', cell: ({ utilization }) => formatPercent(utilization), align: 'right' },
  { header: 'expected', cell: ({ expectedLoad }) => formatRate(expectedLoad), align: 'right' },
  { header: 'draining', cell: ({ left }) => (left === undefined ? '' : `${left} left`), align: 'right' },
];

const EDGE_COLUMNS: readonly Column<Edge>[] = [
  { header: 'edge', cell: ({ edge }) => edge },
  { header: 'state', cell: ({ state }) => state },
  { header: 'demand', cell: ({ demand }) => formatRate(demand), align: 'right' },
  { header: 'latency', cell: ({ meanRttMs }) => formatMs(meanRttMs), align: 'right' },
  { header: 'last seen', cell: ({ lastSeenSeconds }) => formatSeconds(lastSeenSeconds), align: 'right' },
  { header: 'configuration', cell: configurationCell },
  { header: 'errors', cell: ({ errors }) => (errors === 0 ? '' : String(errors)), align: 'right' },
];

/** What moved last, then what else happened. */
function decisionLines({ decisions, events }: Standing): readonly string[] {
  // The sentence names the edges.
  const moved = decisions
    .slice(0, MOST_DECISIONS / 2)
    .map(({ decidedAt, loadBalancer, sentence }) => `${timeOf(decidedAt)}  ${loadBalancer}: ${sentence}`);
  const happened = events.slice(0, MOST_DECISIONS - moved.length).map(({ at, summary }) => `${timeOf(at)}  ${summary}`);
  return [...moved, ...happened];
}

function timeOf(instant: string): string {
  return instant.slice(11, 19);
}

/** How many rows each table may have, so that all of it fits. */
function tableRoom(rows: number, origins: number, edges: number): { readonly origins: number; readonly edges: number } {
  const forOrigins = Math.min(origins, Math.max(Math.floor(rows / 2), rows - edges));
  return { origins: forOrigins, edges: rows - forOrigins };
}

function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], most: number): readonly string[] {
  const isWhole = rows.length <= most;
  const shown = isWhole ? rows : rows.slice(0, Math.max(1, most - 1));
  const lines = renderTable(shown, columns).trimEnd().split('\n');
  return isWhole ? lines : [...lines, `and ${rows.length - shown.length} more`];
}
