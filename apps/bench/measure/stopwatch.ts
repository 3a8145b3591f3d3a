/** Answers how long something took, in ms, and what it answered. */
export function timed<T>(run: () => T): { readonly ms: number; readonly answer: T } {
  const startedAtMs = performance.now();
  const answer = run();
  return { ms: performance.now() - startedAtMs, answer };
}

/** The middle one; robust to what else the machine was doing. */
export function medianOf(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The most memory this process ever had, in MiB. */
export function peakMemoryMiB(): number {
  return process.resourceUsage().maxRSS / 1_024;
}
