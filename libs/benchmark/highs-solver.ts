import runtime, { type Highs, type ModelData } from 'highs';
import { listArcs } from '#core/formulate/arc-columns.js';
import type { Arc, Band, Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';

// The package's types describe its CommonJS form, where the loader is one level deeper than in the ES module Node loads.
const loadRuntime = runtime as unknown as typeof runtime.default;

/**
 * HiGHS, a public solver, as the referee of ours: the formulation as a linear program, written column by column. No part of
 * the product. (Q. Huangfu, J. A. J. Hall: Parallelizing the dual revised simplex method, 2018; highs.dev)
 */
export async function loadHighs(): Promise<AssignmentSolver> {
  return new HighsSolver(await loadRuntime());
}

/** As exact as HiGHS gets, and without its log. */
const OPTIONS = {
  output_flag: false,
  primal_feasibility_tolerance: 1e-10,
  dual_feasibility_tolerance: 1e-10,
};

/** Costs in seconds and flows as parts of the busiest pair's demand: tolerances are absolute. */
const MS_PER_UNIT = 1_000;

class HighsSolver implements AssignmentSolver {
  readonly name = 'highs';

  constructor(private readonly highs: Highs) {}

  solve(problem: Problem): Solution {
    const program = new Program(problem);
    return this.highs.withModel(program.model(), (model): Solution => {
      model.options.set(OPTIONS);
      model.run();
      const status = model.getModelStatus();
      if (status !== this.highs.constants.modelStatus.optimal) throw new SolverFailure('infeasible', this.name);
      return {
        shares: program.shares(model.getSolution().colValue),
        cost: model.getObjectiveValue() * MS_PER_UNIT * program.busiestDemand,
        isOptimal: true,
        prices: null,
        failures: [],
        rescues: 0,
      };
    });
  }
}

/**
 * Columns: for each arc its flow up to the held share and beyond, for each band its flow. Rows: each pair's flows sum to its
 * demand; what arcs bring to a route's bands, an origin's bands, and its bands of open connections, those carry.
 */
class Program {
  readonly busiestDemand: number;
  readonly #costs: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #starts: number[] = [0];
  readonly #indices: number[] = [];
  readonly #values: number[] = [];
  readonly #routeRows: readonly (number | null)[];
  readonly #originRows: readonly (number | null)[];
  readonly #openRows: readonly (number | null)[];
  #rows: number;
  /** What the inertia of staying below the held share would cost if the first piece did not give it up. */
  #offset = 0;

  constructor(private readonly problem: Problem) {
    const { pairs, arcs, routes, origins } = problem;
    this.busiestDemand = pairs.reduce((most, { demand }) => Math.max(most, demand), 0);
    this.#rows = pairs.length;
    this.#routeRows = routes.map(({ bands }) => this.#rowFor(bands));
    this.#originRows = origins.map(({ bands }) => this.#rowFor(bands));
    this.#openRows = origins.map(({ connectionBands }) => this.#rowFor(connectionBands));
    for (const arc of listArcs(arcs)) this.#addArc(arc);
    routes.forEach(({ bands }, index) => {
      this.#addBands(this.#routeRows[index] ?? null, bands);
    });
    origins.forEach(({ bands, connectionBands }, index) => {
      this.#addBands(this.#originRows[index] ?? null, bands);
      this.#addBands(this.#openRows[index] ?? null, connectionBands);
    });
  }

  model(): ModelData {
    const { pairs } = this.problem;
    const sums = Float64Array.from({ length: this.#rows }, (_, row) => (pairs[row]?.demand ?? 0) / this.busiestDemand);
    return {
      numCols: this.#costs.length,
      numRows: this.#rows,
      offset: this.#offset,
      colCost: this.#costs,
      colLower: this.#lower,
      colUpper: this.#upper,
      rowLower: sums,
      rowUpper: sums,
      matrix: {
        format: 'csc',
        numRows: this.#rows,
        numCols: this.#costs.length,
        starts: this.#starts,
        indices: this.#indices,
        values: this.#values,
      },
    };
  }

  /** Two columns for each arc come first. */
  shares(values: Float64Array): Float64Array {
    const { firstArc, route } = this.problem.arcs;
    const shares = new Float64Array(route.length);
    this.problem.pairs.forEach(({ demand }, pair) => {
      for (let arc = firstArc[pair] ?? 0; arc < (firstArc[pair + 1] ?? 0); arc += 1) {
        const flow = (values[2 * arc] ?? Number.NaN) + (values[2 * arc + 1] ?? Number.NaN);
        shares[arc] = flow / (demand / this.busiestDemand);
      }
    });
    return shares;
  }

  #rowFor(bands: readonly Band[]): number | null {
    return bands.length === 0 ? null : this.#rows++;
  }

  /** The first piece cannot be empty where there is a lower bound, and gives inertia up; the second costs it. */
  #addArc({ pair, route, costMs, minShare, maxShare, heldShare, uncertaintyMs = 0 }: Arc): void {
    const weight = (this.problem.pairs[pair]?.demand ?? Number.NaN) / this.busiestDemand;
    const inertiaMs = heldShare === null ? 0 : this.problem.inertiaMs / 2 + uncertaintyMs;
    const held = Math.min(maxShare, Math.max(minShare, heldShare ?? minShare));
    const entries = this.#entriesOf(pair, route);
    this.#offset += (weight * held * inertiaMs) / MS_PER_UNIT;
    this.#addColumn(costMs - inertiaMs, weight * minShare, weight * held, entries);
    this.#addColumn(costMs + inertiaMs, 0, weight * (maxShare - held), entries);
  }

  #entriesOf(pair: number, route: number): readonly (readonly [number, number])[] {
    const { origin = -1, connectionSeconds = 0 } = this.problem.routes[route] ?? {};
    const [routeRow, originRow, openRow] = [this.#routeRows[route], this.#originRows[origin], this.#openRows[origin]];
    return [
      [pair, 1],
      ...(routeRow == null ? [] : [[routeRow, 1] as const]),
      ...(originRow == null ? [] : [[originRow, 1] as const]),
      ...(openRow == null ? [] : [[openRow, connectionSeconds] as const]),
    ];
  }

  #addBands(row: number | null, bands: readonly Band[]): void {
    if (row === null) return;
    bands.forEach(({ width, costMs }, index) => {
      const isLast = width === null || index === bands.length - 1;
      this.#addColumn(costMs, 0, isLast ? Infinity : width / this.busiestDemand, [[row, -1]]);
    });
  }

  #addColumn(costMs: number, lower: number, upper: number, entries: readonly (readonly [number, number])[]): void {
    this.#costs.push(costMs / MS_PER_UNIT);
    this.#lower.push(lower);
    this.#upper.push(upper);
    for (const [row, value] of entries) {
      this.#indices.push(row);
      this.#values.push(value);
    }
    this.#starts.push(this.#indices.length);
  }
}
