/** One endpoint as an edge has it configured. */
export interface Hop {
  readonly origin: number;
  readonly weight: number;
  readonly standbyWeight: number;
}

/**
 * The part of an edge's new connections that each endpoint gets, given the edge's own verdicts: a dead endpoint gets none,
 * the others of its origin take over, and only an origin with none left gives its share up to the others. Where nothing
 * with a weight is up, endpoints on standby serve; where none of those is, the weights stay as published. All 0 when
 * nothing is published. Deals with real numbers where the agent has integers, which are exact enough to be the same.
 */
export function forwardingParts(hops: readonly Hop[], isUp: (hop: number) => boolean): readonly number[] {
  const published = hops.map(({ weight }) => weight);
  const serving = serve(hops, published, isUp);
  if (serving !== null) return serving;
  const standby = hops.map(({ standbyWeight }) => standbyWeight);
  return serve(hops, standby, isUp) ?? serve(hops, published, () => true) ?? hops.map(() => 0);
}

/** `null` when nothing that has a weight is up. */
function serve(
  hops: readonly Hop[],
  weights: readonly number[],
  isUp: (hop: number) => boolean,
): readonly number[] | null {
  const whole = new Map<number, number>();
  const alive = new Map<number, number>();
  hops.forEach(({ origin }, index) => {
    const weight = weights[index] ?? 0;
    whole.set(origin, (whole.get(origin) ?? 0) + weight);
    if (isUp(index)) alive.set(origin, (alive.get(origin) ?? 0) + weight);
  });
  let total = 0;
  for (const [origin, weight] of whole) if ((alive.get(origin) ?? 0) > 0) total += weight;
  if (total === 0) return null;
  return hops.map(({ origin }, index) => {
    const left = alive.get(origin) ?? 0;
    if (left === 0 || !isUp(index)) return 0;
    return ((weights[index] ?? 0) / left) * ((whole.get(origin) ?? 0) / total);
  });
}
