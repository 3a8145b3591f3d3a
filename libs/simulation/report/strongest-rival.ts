import type { PolicyName } from '../policies/policy.js';
import type { Run } from '../run/run.js';

/** Whoever of the others served most connections as they should be, then fastest; `null` when Weir played alone. */
export function strongestRival(runs: ReadonlyMap<PolicyName, Run>): PolicyName | null {
  const [strongest] = [...runs]
    .filter(([name]) => name !== 'weir')
    .map(([name, { score }]) => ({ name, lost: score.excessConnections + score.failedConnections, score }))
    .sort((one, other) => one.lost - other.lost || one.score.meanLatencyMs - other.score.meanLatencyMs);
  return strongest?.name ?? null;
}
