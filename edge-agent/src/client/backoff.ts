const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

/**
 * How long to wait after so many failures in a row (from 1): exponential with full jitter, so that a thousand agents do
 * not come back to a restarted control plane in step. `random` is uniform in [0, 1).
 */
export function backoffMs(failures: number, random: () => number): number {
  const ceilingMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return random() * ceilingMs;
}
