import type { Row } from './row.js';

/** A row for tests: near held at its capacity. */
export function buildRow(differences: Partial<Row> = {}): Row {
  const cycle = differences.cycle ?? 40;
  return {
    cycle,
    timeSeconds: cycle,
    phase: 'hold',
    demandPerSecond: 400,
    nearPerSecond: 200,
    farPerSecond: 200,
    isNearUp: true,
    edges: buildEdges(0.5, 0.5),
    answeredConnections: 400,
    failedConnections: 0,
    latencyP50Ms: 1.25,
    latencyP99Ms: 103.4,
    ...differences,
  };
}

/** What was decided for the two edges of the experiment. */
export function buildEdges(...nearShares: readonly [number, number]): Row['edges'] {
  return nearShares.map((nearShare, index) => ({
    edge: `ams-${index + 1}`,
    nearShare,
    explanation: `because ${index + 1}`,
  }));
}
