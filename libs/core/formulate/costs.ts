/**
 * What things cost beside latency, in ms per connection. The order is the policy: nearer first, then lower tiers, then
 * within the latency limit, then without overload, then within operators' limits. Each step outweighs all before it.
 */
export const MAX_RTT_COST_MS = 1_000;
export const TIER_COST_MS = 1_000;
export const BEYOND_SOFT_LATENCY_COST_MS = 6_000;
export const OVER_LIMIT_COST_MS = 60_000;
export const BEYOND_STRICT_LATENCY_COST_MS = 120_000;

/**
 * Price of overload by how far the load exceeds the capacity. It grows, so that when everything is full, the pain
 * is spread: the next connection goes where utilisation is lowest. `upTo` is the load as a multiple of the capacity.
 */
export const OVERLOAD_STEPS: readonly { readonly upTo: number; readonly costMs: number }[] = [
  { upTo: 1.05, costMs: 15_000 },
  { upTo: 1.1, costMs: 18_000 },
  { upTo: 1.2, costMs: 21_000 },
  { upTo: 1.35, costMs: 24_000 },
  { upTo: 1.5, costMs: 27_000 },
  { upTo: 2, costMs: 30_000 },
  { upTo: 3, costMs: 33_000 },
  { upTo: 5, costMs: 36_000 },
];
export const EXTREME_OVERLOAD_COST_MS = 40_000;
