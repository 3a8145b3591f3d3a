import { formatBar, formatPercent, formatRate, formatSeconds } from '../output/figures.js';
import { type Column, renderTable } from '../output/render.js';
import type { EdgeStanding, Move, OriginStanding, Standing } from './standing.js';

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
/** Agents report every 5 s; three missed reports are a lost agent. */
const LOST_AFTER_SECONDS = 15;
/** In generations: two cycles may publish between two reports, the ordinary one and an urgent one. */
const USUAL_LAG = 2;
/** Lines that are always there: the tables' headers, a title, and empty ones. */
const FIXED_LINES = 6;
/** Of both tables together, on the smallest screen. */
const FEWEST_ROWS = 4;

/** One screen: what is overloaded, stale or frozen first, then loads, edges, and the last decisions. */
export function renderStanding(standing: Standing, view: StandingView): string {
  const origins = [...standing.origins].sort((left, right) => usedPart(right) - usedPart(left));
  const edges = [...standing.edges].sort(
    (left, right) => Number(isWell(left)) - Number(isWell(right)) || right.demand - left.demand,
  );
  const decisions = decisionLines(standing);
  const head = headLines(standing, view);
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

function headLines({ scheduler, origins, edges }: Standing, { url, nowMs, trouble }: StandingView): readonly string[] {
  const { mode, cycleSeconds, lastCycle } = scheduler;
  const age =
    lastCycle === null
      ? 'none yet'
      : `the last ${formatSeconds((nowMs - Date.parse(lastCycle.startedAt)) / 1_000)} ago`;
  const demand = edges.reduce((sum, edge) => sum + edge.demand, 0);
  return [
    `${url}  ${mode === 'running' ? 'running' : mode.toUpperCase()}, a cycle every ${cycleSeconds} s, ${age}`,
    `${formatRate(demand)} at ${edges.length} edges for ${origins.length} origins`,
    ...(trouble === null ? [] : [`! ${trouble}`]),
    ...alarms(scheduler, origins, edges).map((alarm) => `! ${alarm}`),
  ];
}

function alarms(
  { lastCycle }: Standing['scheduler'],
  origins: readonly OriginStanding[],
  edges: readonly EdgeStanding[],
): readonly string[] {
  const overloaded = origins.filter((origin) => usedPart(origin) > 1).map(({ name }) => name);
  const unwell = edges.filter((edge) => !isWell(edge)).map(({ name }) => name);
  const kept = lastCycle?.outcome.kind === 'planned' ? null : lastCycle?.outcome.kind;
  return [
    ...(overloaded.length === 0 ? [] : [`above capacity: ${overloaded.join(', ')}`]),
    ...(unwell.length === 0 ? [] : [`agents lost, behind or in trouble: ${unwell.join(', ')}`]),
    ...(kept === null || kept === undefined
      ? []
      : [`the last cycle was ${kept}: its shares are those of an earlier one`]),
  ];
}

function usedPart({ status }: OriginStanding): number {
  return status.utilization ?? 0;
}

function isWell({ status }: EdgeStanding): boolean {
  const { lastSeenSeconds, errors } = status;
  return lastSeenSeconds !== null && lastSeenSeconds < LOST_AFTER_SECONDS && !isBehind(status) && errors.length === 0;
}

/** An agent tells what it has applied with its next report, and by then more may be published. */
function isBehind({ applied, published }: EdgeStanding['status']): boolean {
  if (published === null) return false;
  return applied?.term !== published.term || published.generation - applied.generation > USUAL_LAG;
}

function configurationCell({ applied, published, isCurrent }: EdgeStanding['status']): string {
  if (isCurrent) return 'current';
  return published === null ? 'none yet' : `${applied?.generation ?? 'none'} of ${published.generation}`;
}

const ORIGIN_COLUMNS: readonly Column<OriginStanding>[] = [
  { header: 'origin', cell: ({ name }) => name },
  { header: 'state', cell: ({ state }) => state },
  { header: 'load', cell: ({ status }) => formatRate(status.load), align: 'right' },
  {
    header: 'capacity',
    cell: ({ status }) => (status.capacity === null ? 'unlimited' : formatRate(status.capacity)),
    align: 'right',
  },
  {
    header: 'used',
    cell: ({ status }) => (status.utilization === null ? '' : formatBar(status.utilization, BAR_WIDTH)),
  },
  { header: '', cell: ({ status }) => formatPercent(status.utilization), align: 'right' },
  { header: 'expected', cell: ({ status }) => formatRate(status.expectedLoad), align: 'right' },
  {
    header: 'draining',
    cell: ({ status: { drain } }) => (drain === null ? '' : `${drain.connections} left`),
    align: 'right',
  },
];

const EDGE_COLUMNS: readonly Column<EdgeStanding>[] = [
  { header: 'edge', cell: ({ name }) => name },
  { header: 'state', cell: ({ state }) => state },
  { header: 'demand', cell: ({ demand }) => formatRate(demand), align: 'right' },
  { header: 'open', cell: ({ status }) => String(status.connections ?? '–'), align: 'right' },
  { header: 'last seen', cell: ({ status }) => formatSeconds(status.lastSeenSeconds), align: 'right' },
  { header: 'configuration', cell: ({ status }) => configurationCell(status) },
  { header: 'errors', cell: ({ status }) => status.errors.map(({ code }) => code).join(', ') },
];

/** What moved last, then what else happened. */
function decisionLines({ moves, events }: Standing): readonly string[] {
  const moved = moves
    .slice(0, MOST_DECISIONS / 2)
    .map(({ loadBalancer, edge, explanation }: Move) => `${loadBalancer} at ${edge}: ${explanation}`);
  const happened = events
    .slice(0, MOST_DECISIONS - moved.length)
    .map(({ at, summary }) => `${at.slice(11, 19)}  ${summary}`);
  return [...moved, ...happened];
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
