import type { Arc, ArcColumns } from './problem.js';

/** Writes arcs, pair by pair. */
export class ArcWriter {
  readonly #columns: ArcColumns;
  #pairs = 0;
  #arcs = 0;

  /** There may be fewer than said. */
  constructor(mostPairs: number, mostArcs: number) {
    this.#columns = {
      firstArc: new Int32Array(mostPairs + 1),
      route: new Int32Array(mostArcs),
      costMs: new Float64Array(mostArcs),
      minShare: new Float64Array(mostArcs),
      maxShare: new Float64Array(mostArcs),
      heldShare: new Float64Array(mostArcs),
      uncertaintyMs: new Float64Array(mostArcs),
    };
  }

  /** Adds an arc to the pair that is next to be ended; answers its number. `heldShare`: NaN for none. */
  add(
    route: number,
    costMs: number,
    minShare: number,
    maxShare: number,
    heldShare: number,
    uncertaintyMs: number,
  ): number {
    const arc = this.#arcs;
    this.#columns.route[arc] = route;
    this.#columns.costMs[arc] = costMs;
    this.#columns.minShare[arc] = minShare;
    this.#columns.maxShare[arc] = maxShare;
    this.#columns.heldShare[arc] = heldShare;
    this.#columns.uncertaintyMs[arc] = uncertaintyMs;
    this.#arcs += 1;
    return arc;
  }

  /** Answers the pair's number. */
  endPair(): number {
    this.#pairs += 1;
    this.#columns.firstArc[this.#pairs] = this.#arcs;
    return this.#pairs - 1;
  }

  finish(): ArcColumns {
    const { firstArc, route, costMs, minShare, maxShare, heldShare, uncertaintyMs } = this.#columns;
    return {
      firstArc: firstArc.subarray(0, this.#pairs + 1),
      route: route.subarray(0, this.#arcs),
      costMs: costMs.subarray(0, this.#arcs),
      minShare: minShare.subarray(0, this.#arcs),
      maxShare: maxShare.subarray(0, this.#arcs),
      heldShare: heldShare.subarray(0, this.#arcs),
      uncertaintyMs: uncertaintyMs.subarray(0, this.#arcs),
    };
  }
}

/** Puts single arcs into columns; those of one pair stay in their order. */
export function arcColumns(pairs: number, arcs: readonly Arc[]): ArcColumns {
  const writer = new ArcWriter(pairs, arcs.length);
  const ofPair = Array.from({ length: pairs }, (): Arc[] => []);
  for (const arc of arcs) ofPair[arc.pair]?.push(arc);
  for (const list of ofPair) {
    for (const { route, costMs, minShare, maxShare, heldShare, uncertaintyMs = 0 } of list) {
      writer.add(route, costMs, minShare, maxShare, heldShare ?? Number.NaN, uncertaintyMs);
    }
    writer.endPair();
  }
  return writer.finish();
}

/** The same one by one, for whoever has few. */
export function listArcs(columns: ArcColumns): readonly Arc[] {
  const { firstArc, route, costMs, minShare, maxShare, heldShare, uncertaintyMs } = columns;
  const arcs: Arc[] = [];
  for (let pair = 0; pair + 1 < firstArc.length; pair += 1) {
    for (let arc = firstArc[pair] ?? 0; arc < (firstArc[pair + 1] ?? 0); arc += 1) {
      const held = heldShare[arc] ?? Number.NaN;
      arcs.push({
        pair,
        route: route[arc] ?? -1,
        costMs: costMs[arc] ?? Number.NaN,
        minShare: minShare[arc] ?? Number.NaN,
        maxShare: maxShare[arc] ?? Number.NaN,
        heldShare: Number.isNaN(held) ? null : held,
        uncertaintyMs: uncertaintyMs[arc] ?? Number.NaN,
      });
    }
  }
  return arcs;
}
