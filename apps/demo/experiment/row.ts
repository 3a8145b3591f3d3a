import type { Phase } from './phase.js';

/** What was measured until the end of one cycle, and what was decided then. */
export interface Row {
  /** Counted from 1. */
  readonly cycle: number;
  /** Since the run began. */
  readonly timeSeconds: number;
  readonly phase: Phase;
  /** Over the rate window, in new connections per second. */
  readonly demandPerSecond: number;
  readonly nearPerSecond: number;
  readonly farPerSecond: number;
  readonly isNearUp: boolean;
  readonly edges: readonly EdgeRow[];
  /** In this cycle, as the latencies. */
  readonly answeredConnections: number;
  readonly failedConnections: number;
  /** `null` when nothing was answered. */
  readonly latencyP50Ms: number | null;
  readonly latencyP99Ms: number | null;
}

/** What the cycle decided for one edge. */
export interface EdgeRow {
  readonly edge: string;
  /** The near origin's part of the edge's connections, 0 to 1; the far one has the rest. */
  readonly nearShare: number;
  readonly explanation: string;
}

/** How far each edge's near share moved from `before` to `after`, as fractions; positive towards near. */
export function shareMoves(before: Row, after: Row): readonly number[] {
  return after.edges.map(({ edge, nearShare }) => {
    const known = before.edges.find((row) => row.edge === edge);
    return known === undefined ? 0 : nearShare - known.nearShare;
  });
}
