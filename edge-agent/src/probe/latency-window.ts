/** The latencies of the latest probes of a target that succeeded, in ms, the oldest first. */
export type LatencyWindow = readonly number[];

/** The scheduler looks every 15 s; with a probe every 2 s, these are about as old. */
export const LATENCY_WINDOW = 8;

export const NO_LATENCIES: LatencyWindow = [];

/** With one more; beyond LATENCY_WINDOW the oldest is forgotten. */
export function withLatency(window: LatencyWindow, latencyMs: number): LatencyWindow {
  return [...(window.length < LATENCY_WINDOW ? window : window.slice(1)), latencyMs];
}

/**
 * The shortest: whatever delays a handshake for a moment, a busy processor or a lost packet on the way, only makes it longer,
 * while a path that has become longer delays them all (as BBR tells a path's propagation delay, draft-ietf-ccwg-bbr).
 * `null` while there is none.
 */
export function latencyOf(window: LatencyWindow): number | null {
  return window.length === 0 ? null : Math.min(...window);
}
