import type { ArcColumns, Problem } from '#core/formulate/problem.js';
import { floatAt } from './typed-arrays.js';

/*
 * A loop over all arcs is a function of its own, here and wherever there are many: the engine compiles a long loop while
 * it runs, and what comes after it for the first time would throw that away each time.
 */

/** The figures of a problem's arcs and pairs in flat arrays. */
export interface ProblemColumns extends ArcColumns {
  /** By pair. */
  readonly demand: Float64Array;
}

export function readColumns({ pairs, arcs }: Problem): ProblemColumns {
  const demand = new Float64Array(pairs.length);
  let index = 0;
  for (const pair of pairs) demand[index++] = pair.demand;
  const { firstArc, route, costMs, minShare, maxShare, heldShare, uncertaintyMs } = arcs;
  // Written out: columns come in many shapes, and all that reads them is compiled for one.
  return { firstArc, route, costMs, minShare, maxShare, heldShare, uncertaintyMs, demand };
}

/** Whether any arc must carry more than it may. */
export function hasCrossedBounds({ minShare, maxShare }: ArcColumns): boolean {
  for (let arc = 0; arc < minShare.length; arc += 1) {
    if (floatAt(minShare, arc) > floatAt(maxShare, arc)) return true;
  }
  return false;
}
