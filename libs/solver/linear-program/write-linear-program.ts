import type { Model } from 'javascript-lp-solver';
import { listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, OriginNode, Pair, Problem } from '#core/formulate/problem.js';

/** A problem in the solver library's words, and how to read the answer back. */
export interface LinearProgram {
  readonly model: Model;
  /** For each arc: its share is `base` plus the values of these variables over `weight`. */
  readonly arcs: readonly ArcPieces[];
  /** Cost of the lower bounds; comes on top of the objective. In the model's units. */
  readonly baseCost: number;
  /** Turns the model's units of cost into connection-milliseconds per second. */
  readonly costScale: number;
}

interface ArcPieces {
  readonly base: number;
  /** Flow of the whole share. */
  readonly weight: number;
  readonly variables: readonly string[];
}

/**
 * Flows are told as parts of the busiest pair's demand and costs in seconds: the library's tolerances are absolute, and it
 * calls problems with large figures infeasible.
 */
const MS_PER_COST_UNIT = 1_000;

/**
 * Variables: for each arc its flow above the lower bound, in two pieces that meet at the held share (the second costs,
 * and the first gives up, the inertia); for each band of a route or an origin the flow in it.
 * Rows: each pair's flows sum to its demand; bands carry what arcs bring; every piece and band keeps its width. Open
 * connections of an origin are told as parts of what the busiest pair would hold open at its slowest route.
 *
 * In flows every coefficient is 1, -1 or 0, and so is every one the simplex ever computes (the matrix of a network is
 * totally unimodular): no rounding grows, however small one pair is beside another. In shares it would. Only rows of open
 * connections have other coefficients, from 0 to 1.
 */
export function writeLinearProgram(problem: Problem): LinearProgram {
  const writer = new Writer(problem);
  const arcs = listArcs(problem.arcs).map((arc, index) => writer.addArc(arc, index));
  problem.pairs.forEach((pair, index) => {
    writer.closePair(pair, index);
  });
  problem.routes.forEach((route, index) => {
    writer.addBands(`route${index}`, route.bands);
  });
  problem.origins.forEach((origin, index) => {
    writer.addOrigin(origin, index);
  });
  return writer.finish(arcs);
}

class Writer {
  readonly #busiestDemand: number;
  readonly #totalWeight: number;
  /** By origin: how long connections last on its slowest route. */
  readonly #longestSeconds: Float64Array;
  readonly #constraints: NonNullable<Model['constraints']> = {};
  readonly #variables: Model['variables'] = {};
  /** What the lower bounds already bring into each row. */
  readonly #baseOfRow = new Map<string, number>();
  #baseCost = 0;

  constructor(private readonly problem: Problem) {
    this.#busiestDemand = problem.pairs.reduce((most, pair) => Math.max(most, pair.demand), 0);
    this.#totalWeight = problem.pairs.reduce((sum, pair) => sum + pair.demand / this.#busiestDemand, 0);
    this.#longestSeconds = new Float64Array(problem.origins.length);
    for (const { origin, connectionSeconds } of problem.routes) {
      this.#longestSeconds[origin] = Math.max(this.#longestSeconds[origin] ?? 0, connectionSeconds);
    }
  }

  addArc(arc: Arc, index: number): ArcPieces {
    const weight = (this.problem.pairs[arc.pair]?.demand ?? 0) / this.#busiestDemand;
    const rows = this.#rowsOf(arc);
    for (const [row, part] of Object.entries(rows)) this.#addToBase(row, part * weight * arc.minShare);
    const meeting = arc.heldShare ?? arc.minShare;
    const inertiaMs = arc.heldShare === null ? 0 : this.problem.inertiaMs / 2 + (arc.uncertaintyMs ?? 0);
    this.#baseCost += weight * cost(arc.costMs * arc.minShare + inertiaMs * (meeting - arc.minShare));
    const variables = [
      ...this.#addVariable(`arc${index}-`, weight * (meeting - arc.minShare), cost(arc.costMs - inertiaMs), rows),
      ...this.#addVariable(`arc${index}+`, weight * (arc.maxShare - meeting), cost(arc.costMs + inertiaMs), rows),
    ];
    return { base: arc.minShare, weight, variables };
  }

  closePair(pair: Pair, index: number): void {
    const row = `pair${index}`;
    this.#constraints[row] = { equal: pair.demand / this.#busiestDemand - (this.#baseOfRow.get(row) ?? 0) };
  }

  addOrigin({ bands, connectionBands }: OriginNode, index: number): void {
    this.addBands(`origin${index}`, bands);
    if (this.#hasConnectionRow(index)) {
      this.addBands(`connections${index}`, connectionBands, this.#longestSeconds[index]);
    }
  }

  /** A load of 1 per second weighs `scale` in the units of the bands. */
  addBands(row: string, bands: readonly Band[], scale = 1): void {
    if (bands.length === 0) return;
    bands.forEach((band, index) => {
      // No band can carry more than everything.
      const width = band.width === null ? null : Math.min(this.#totalWeight, band.width / scale / this.#busiestDemand);
      this.#addVariable(`${row}band${index}`, width, cost(band.costMs * scale), { [row]: -1 });
    });
    this.#constraints[row] = { equal: -(this.#baseOfRow.get(row) ?? 0) };
  }

  finish(arcs: readonly ArcPieces[]): LinearProgram {
    return {
      model: { optimize: 'cost', opType: 'min', constraints: this.#constraints, variables: this.#variables },
      arcs,
      baseCost: this.#baseCost,
      costScale: MS_PER_COST_UNIT * this.#busiestDemand,
    };
  }

  #rowsOf(arc: Arc): Record<string, number> {
    const route = this.problem.routes[arc.route];
    const origin = route === undefined ? undefined : this.problem.origins[route.origin];
    return {
      [`pair${arc.pair}`]: 1,
      ...(route !== undefined && route.bands.length > 0 && { [`route${arc.route}`]: 1 }),
      ...(route !== undefined && origin !== undefined && origin.bands.length > 0 && { [`origin${route.origin}`]: 1 }),
      ...(route !== undefined &&
        route.connectionSeconds > 0 &&
        this.#hasConnectionRow(route.origin) && {
          [`connections${route.origin}`]: route.connectionSeconds / (this.#longestSeconds[route.origin] ?? NaN),
        }),
    };
  }

  /** Connections that take no time fill nothing. */
  #hasConnectionRow(origin: number): boolean {
    const bands = this.problem.origins[origin]?.connectionBands ?? [];
    return bands.length > 0 && (this.#longestSeconds[origin] ?? 0) > 0;
  }

  /** Adds a variable from 0 to `width` (`null`: without end), and answers its name; none when it has no room. */
  #addVariable(name: string, width: number | null, objective: number, rows: Record<string, number>): string[] {
    if (width !== null && width <= 0) return [];
    this.#variables[name] = { cost: objective, ...rows };
    if (width !== null) {
      this.#variables[name][`${name}width`] = 1;
      this.#constraints[`${name}width`] = { max: width };
    }
    return [name];
  }

  #addToBase(row: string, amount: number): void {
    this.#baseOfRow.set(row, (this.#baseOfRow.get(row) ?? 0) + amount);
  }
}

function cost(ms: number): number {
  return ms / MS_PER_COST_UNIT;
}
