import type { Row } from '../experiment/row.js';
import { NEAR_CAPACITY_PER_SECOND } from '../experiment/scenario.js';
import { describeDecision, formatLatency, formatRate, formatShare } from './describe-row.js';

/** A cycle in one line, for logs and pipes. `before` is the cycle before it. */
export function renderLine(row: Row, before: Row | null): string {
  const shares = row.edges.map(({ edge, nearShare }) => `${edge} ${formatShare(nearShare)}`).join(', ');
  return [
    `cycle ${String(row.cycle).padStart(3)}`,
    row.phase.padEnd(9),
    `demand ${formatRate(row.demandPerSecond).padStart(5)}`,
    `near ${formatRate(row.nearPerSecond).padStart(5)} of ${NEAR_CAPACITY_PER_SECOND}/s${row.isNearUp ? '' : ' (down)'}`,
    `far ${formatRate(row.farPerSecond).padStart(5)}`,
    `near's share ${shares}`,
    `p99 ${formatLatency(row.latencyP99Ms)}`,
    `failed ${row.failedConnections}`,
    describeDecision(row, before),
  ].join('  ');
}
