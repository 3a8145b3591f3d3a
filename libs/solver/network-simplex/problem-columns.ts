import type { Arc, Problem } from '#core/formulate/problem.js';
import type { ArrayShelf } from './array-shelf.js';
import { floatAt, intAt } from './typed-arrays.js';

/*
 * A loop over all arcs is a function of its own, here and wherever there are many: the engine compiles a long loop while
 * it runs, and what comes after it for the first time would throw that away each time.
 */

/**
 * The figures of a problem's arcs in flat arrays, pair by pair: objects are read once, as that takes its time, and what a
 * pair's arcs have in common is looked up once.
 */
export interface ProblemColumns {
  /** By pair: its first arc; so its last one is before the first of the next. One more than there are pairs. */
  readonly firstArc: Int32Array;
  readonly route: Int32Array;
  readonly costMs: Float64Array;
  readonly minShare: Float64Array;
  readonly maxShare: Float64Array;
  /** NaN for an arc that is held nowhere. */
  readonly heldShare: Float64Array;
  /** By pair. */
  readonly demand: Float64Array;
  /** By arc of the problem: its number here. Null when the problem tells its arcs pair by pair, as most do. */
  readonly places: Int32Array | null;
}

export function readColumns({ pairs, arcs }: Problem, shelf: ArrayShelf): ProblemColumns {
  const demand = shelf.floats(pairs.length);
  pairs.forEach((pair, index) => {
    demand[index] = pair.demand;
  });
  const { pair, ...columns } = readArcs(arcs, shelf);
  const firstArc = firstArcs(pair, shelf.ints(pairs.length + 1));
  if (isAscending(pair)) return { ...columns, firstArc, demand, places: null };
  const places = placesByPair(pair, firstArc);
  return {
    firstArc,
    route: Int32Array.from(arranged(columns.route, places)),
    costMs: arranged(columns.costMs, places),
    minShare: arranged(columns.minShare, places),
    maxShare: arranged(columns.maxShare, places),
    heldShare: arranged(columns.heldShare, places),
    demand,
    places,
  };
}

/** Whether any arc must carry more than it may. */
export function hasCrossedBounds({ minShare, maxShare }: ProblemColumns): boolean {
  for (let arc = 0; arc < minShare.length; arc += 1) {
    if (floatAt(minShare, arc) > floatAt(maxShare, arc)) return true;
  }
  return false;
}

/** From the order of the columns to that of the problem. */
export function inProblemOrder(values: Float64Array, { places }: ProblemColumns): Float64Array {
  return places === null ? values : Float64Array.from(places, (place) => floatAt(values, place));
}

type ArcColumns = Pick<ProblemColumns, 'route' | 'costMs' | 'minShare' | 'maxShare' | 'heldShare'> & {
  readonly pair: Int32Array;
};

function readArcs(arcs: readonly Arc[], shelf: ArrayShelf): ArcColumns {
  const pair = shelf.ints(arcs.length);
  const route = shelf.ints(arcs.length);
  const costMs = shelf.floats(arcs.length);
  const minShare = shelf.floats(arcs.length);
  const maxShare = shelf.floats(arcs.length);
  const heldShare = shelf.floats(arcs.length);
  let index = 0;
  for (const arc of arcs) {
    pair[index] = arc.pair;
    route[index] = arc.route;
    costMs[index] = arc.costMs;
    minShare[index] = arc.minShare;
    maxShare[index] = arc.maxShare;
    heldShare[index] = arc.heldShare ?? NaN;
    index += 1;
  }
  return { pair, route, costMs, minShare, maxShare, heldShare };
}

function firstArcs(pair: Int32Array, firstArc: Int32Array): Int32Array {
  countAhead(pair, firstArc.fill(0));
  for (let after = 1; after < firstArc.length; after += 1) {
    firstArc[after] = intAt(firstArc, after) + intAt(firstArc, after - 1);
  }
  return firstArc;
}

/** Counts each pair's arcs, one place further on. */
function countAhead(pair: Int32Array, counts: Int32Array): void {
  for (let index = 0; index < pair.length; index += 1) {
    const after = intAt(pair, index) + 1;
    counts[after] = intAt(counts, after) + 1;
  }
}

function isAscending(list: Int32Array): boolean {
  for (let index = 1; index < list.length; index += 1) {
    if (intAt(list, index) < intAt(list, index - 1)) return false;
  }
  return true;
}

function placesByPair(pair: Int32Array, firstArc: Int32Array): Int32Array {
  const next = firstArc.slice();
  return pair.map((source) => {
    const place = intAt(next, source);
    next[source] = place + 1;
    return place;
  });
}

function arranged(column: ArrayLike<number>, places: Int32Array): Float64Array {
  const arrangedColumn = new Float64Array(column.length);
  places.forEach((place, index) => {
    arrangedColumn[place] = column[index] ?? NaN;
  });
  return arrangedColumn;
}
