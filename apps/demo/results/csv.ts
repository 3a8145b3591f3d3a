import type { Row } from '../experiment/row.js';
import { EDGES, NEAR_CAPACITY_PER_SECOND } from '../experiment/scenario.js';

interface Column {
  readonly header: string;
  readonly value: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  { header: 'cycle', value: (row) => String(row.cycle) },
  { header: 'time_s', value: (row) => row.timeSeconds.toFixed(2) },
  { header: 'phase', value: (row) => row.phase },
  { header: 'demand_per_s', value: (row) => row.demandPerSecond.toFixed(1) },
  { header: 'near_load_per_s', value: (row) => row.nearPerSecond.toFixed(1) },
  { header: 'far_load_per_s', value: (row) => row.farPerSecond.toFixed(1) },
  { header: 'near_capacity_per_s', value: () => String(NEAR_CAPACITY_PER_SECOND) },
  { header: 'near_up', value: (row) => (row.isNearUp ? '1' : '0') },
  ...EDGES.map((edge) => ({
    header: `near_share_${edge}_percent`,
    value: (row: Row) => percent(row.edges.find((edgeRow) => edgeRow.edge === edge)?.nearShare),
  })),
  { header: 'answered_connections', value: (row) => String(row.answeredConnections) },
  { header: 'failed_connections', value: (row) => String(row.failedConnections) },
  { header: 'latency_p50_ms', value: (row) => row.latencyP50Ms?.toFixed(2) ?? '' },
  { header: 'latency_p99_ms', value: (row) => row.latencyP99Ms?.toFixed(2) ?? '' },
  ...EDGES.map((edge) => ({
    header: `decision_${edge}`,
    value: (row: Row) => quoted(row.edges.find((edgeRow) => edgeRow.edge === edge)?.explanation ?? ''),
  })),
];

/** The series as RFC 4180 text, one line for each cycle. */
export function renderCsv(rows: readonly Row[]): string {
  const lines = [COLUMNS.map(({ header }) => header), ...rows.map((row) => COLUMNS.map(({ value }) => value(row)))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function percent(share: number | undefined): string {
  return share === undefined ? '' : (share * 100).toFixed(2);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
