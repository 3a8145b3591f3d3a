import type { Distribution } from '../model/load-balancer.js';
import { apportionOrigins, type OriginPart } from './apportion.js';
import { hashWeights } from './hash-weights.js';
import { roundRobinWeights } from './round-robin-weights.js';

/** As much as IPVS takes for one server. Least-connection only compares, so finer is better. */
const FINEST_TOTAL = 65_535;

/**
 * Integer weights in proportion to `parts`, which tell origin by origin what each endpoint should serve (none negative;
 * they need not sum to 1, since an origin taken out of use leaves a gap). Not all 0 unless all parts are. Where equal
 * endpoints cannot get equal weights, `turn` says with which to begin: whoever must agree on them gives the same.
 */
export function integerWeights(
  parts: readonly (readonly number[])[],
  distribution: Distribution,
  turn = 0,
): readonly (readonly number[])[] {
  const sums = parts.map((endpoints) => endpoints.reduce((sum, part) => sum + part, 0));
  const whole = sums.reduce((sum, part) => sum + part, 0);
  const isServing = (origin: number): boolean => whole > 0 && (sums[origin] ?? 0) > 0;
  // Most pairs of many origins are served by few of them.
  const serving = parts.flatMap((endpoints, index): readonly OriginPart[] => {
    const sum = sums[index] ?? 0;
    return isServing(index) ? [{ fraction: sum / whole, endpoints: endpoints.map((part) => part / sum) }] : [];
  });
  const weights = serving.length === 0 ? [] : weightsFor(serving, distribution, turn);
  let next = 0;
  return parts.map((endpoints, index) =>
    isServing(index) ? (weights[next++] ?? []) : new Array<number>(endpoints.length).fill(0),
  );
}

function weightsFor(
  origins: readonly OriginPart[],
  distribution: Distribution,
  turn: number,
): readonly (readonly number[])[] {
  switch (distribution) {
    case 'maglev-5-tuple':
    case 'maglev-source-ip':
      return hashWeights(origins, turn);
    case 'weighted-round-robin':
      return roundRobinWeights(origins, turn);
    case 'weighted-least-connection':
      return apportionOrigins(origins, FINEST_TOTAL, turn);
  }
}
