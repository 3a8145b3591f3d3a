import type { ArcColumns, Problem } from '#core/formulate/problem.js';
import { ArrayShelf } from './array-shelf.js';
import type { ProblemColumns } from './problem-columns.js';
import { floatAt, intAt } from './typed-arrays.js';
import { formOf, takeBackPair, writeAllBands, writeNetwork, writePair } from './write-network.js';
import type { NetworkForm, WrittenNetwork } from './write-network.js';

/** A network, and in which sources it differs from the one before. */
export interface NextNetwork {
  readonly written: WrittenNetwork;
  /** Null when nothing of the one before was kept. */
  readonly change: NetworkChange | null;
}

export interface NetworkChange {
  /** What the network was written from before. */
  readonly before: ProblemColumns;
  /** Sources that have, may send or pay something else. */
  readonly sources: readonly number[];
}

/**
 * Writes one problem after the other as a network: as long as its form stays the same, only what has changed, over the last
 * one, which so is used up. Keeps columns, as nobody changes those, and copies all else.
 */
export class NetworkWriter {
  private readonly shelf = new ArrayShelf();
  private last: WrittenNetwork | null = null;

  /** `columns` are those of the problem. */
  write(problem: Problem, columns: ProblemColumns): NextNetwork {
    const form = formOf(problem, columns);
    const { last } = this;
    const isKept = last !== null && isSameForm(last, form) && leadAlike(last.columns, columns);
    const next = isKept ? rewrite(last, problem, columns) : this.writeAnew(problem, columns, form);
    this.last = next.written;
    return next;
  }

  /** Lets the next network be written anew. */
  forget(): void {
    this.last = null;
  }

  private writeAnew(problem: Problem, columns: ProblemColumns, form: NetworkForm): NextNetwork {
    this.shelf.takeBack();
    return { written: writeNetwork(problem, columns, form, this.shelf), change: null };
  }
}

function rewrite(last: WrittenNetwork, problem: Problem, columns: ProblemColumns): NextNetwork {
  const { nodes, units, halfInertiaMs, network } = last;
  // Written out in the order of one that is written anew: what reads it is compiled for one shape.
  const written = { nodes, units, halfInertiaMs, network, columns };
  const sources = changedPairs(last.columns, columns);
  for (const source of sources) {
    takeBackPair(last, source);
    writePair(written, source);
  }
  writeAllBands(problem, written);
  return { written, change: { before: last.columns, sources } };
}

function isSameForm(one: NetworkForm, other: NetworkForm): boolean {
  return (
    one.halfInertiaMs === other.halfInertiaMs &&
    one.units.perConnection === other.units.perConnection &&
    one.units.perMs === other.units.perMs &&
    one.units.excessMs === other.units.excessMs &&
    one.nodes.root === other.nodes.root &&
    areSameInts(one.nodes.ofRoute, other.nodes.ofRoute) &&
    areSameInts(one.nodes.ofOrigin, other.nodes.ofOrigin) &&
    areSameInts(one.nodes.bandCounts, other.nodes.bandCounts)
  );
}

function leadAlike(one: ProblemColumns, other: ProblemColumns): boolean {
  return areSameInts(one.firstArc, other.firstArc) && areSameInts(one.route, other.route);
}

function changedPairs(before: ProblemColumns, now: ProblemColumns): readonly number[] {
  const changed: number[] = [];
  const others = figuresOf(now);
  const compared = figuresOf(before)
    .map((one, column) => [one, others[column] ?? one] as const)
    .filter(([one, other]) => one !== other);
  for (let pair = 0; pair < now.demand.length; pair += 1) {
    const start = intAt(now.firstArc, pair);
    const end = intAt(now.firstArc, pair + 1);
    const isSame =
      floatAt(before.demand, pair) === floatAt(now.demand, pair) &&
      compared.every(([one, other]) => areSameFloats(one, other, start, end));
    if (!isSame) changed.push(pair);
  }
  return changed;
}

/** All but where arcs lead. A column that was left out would not compile. */
function figuresOf({ costMs, minShare, maxShare, heldShare, uncertaintyMs }: ArcColumns): readonly Float64Array[] {
  const figures: Omit<ArcColumns, 'firstArc' | 'route'> = { costMs, minShare, maxShare, heldShare, uncertaintyMs };
  return Object.values(figures);
}

function areSameInts(one: Int32Array, other: Int32Array): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (intAt(one, index) !== intAt(other, index)) return false;
  return true;
}

/** NaN is the same as NaN. */
function areSameFloats(one: Float64Array, other: Float64Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if (!Object.is(floatAt(one, index), floatAt(other, index))) return false;
  }
  return true;
}
