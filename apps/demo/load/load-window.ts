/** What the load generator saw since it was last asked. */
export interface LoadWindow {
  readonly seconds: number;
  readonly opened: number;
  readonly answered: number;
  readonly failed: number;
  /** From opening the connection to the last byte of the answer; `null` when nothing was answered. */
  readonly latencyP50Ms: number | null;
  readonly latencyP99Ms: number | null;
}

/** The nearest-rank percentile of `values`; `null` when there are none. `percent` from 0 to 100. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? null;
}
