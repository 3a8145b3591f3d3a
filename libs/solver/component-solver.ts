import type { Problem } from '#core/formulate/problem.js';
import {
  type AssignmentSolver,
  type PairsFailure,
  type Prices,
  type Solution,
  SolverFailure,
} from '#core/ports/assignment-solver.js';
import { type Component, splitComponents } from './split-components.js';

/**
 * Solves the independent parts of a problem apart: a failure of one concerns its own pairs only. When all fail, the first
 * failure is thrown. Prices are NaN in parts that gave none, and null when none gave any.
 */
export class ComponentSolver implements AssignmentSolver {
  readonly name = 'component';

  constructor(private readonly solver: AssignmentSolver) {}

  solve(problem: Problem, isOver?: () => boolean): Solution {
    const components = splitComponents(problem);
    if (components === null) return this.solver.solve(problem, isOver);
    const merging = new Merging(problem);
    for (const component of components) this.solveInto(merging, component, isOver);
    return merging.finish(components.length);
  }

  private solveInto(merging: Merging, component: Component, isOver: (() => boolean) | undefined): void {
    try {
      merging.add(component, this.solver.solve(component.problem, isOver));
    } catch (failure) {
      if (!(failure instanceof SolverFailure)) throw failure;
      merging.addFailure({ pairs: component.pairs, failure });
    }
  }
}

/** Puts the solutions of the parts together. */
class Merging {
  private readonly shares: Float64Array;
  private readonly routesMs: Float64Array;
  private readonly originsMs: Float64Array;
  private readonly failures: PairsFailure[] = [];
  private hasPrices = false;
  private cost = 0;
  private isOptimal = true;
  private rescues = 0;

  constructor(private readonly problem: Problem) {
    const { arcs, routes, origins } = problem;
    this.shares = new Float64Array(arcs.route.length).fill(NaN);
    this.routesMs = new Float64Array(routes.length).fill(NaN);
    this.originsMs = new Float64Array(origins.length).fill(NaN);
  }

  add({ pairs, routes, origins }: Component, solution: Solution): void {
    this.addShares(pairs, solution.shares);
    if (solution.prices !== null) this.addPrices(solution.prices, routes, origins);
    this.cost += solution.cost;
    this.isOptimal &&= solution.isOptimal;
    this.rescues += solution.rescues;
    for (const { pairs: within, failure } of solution.failures) {
      this.addFailure({ pairs: within.map((pair) => pairs[pair] ?? -1), failure });
    }
  }

  addFailure(failure: PairsFailure): void {
    this.failures.push(failure);
  }

  finish(parts: number): Solution {
    const { shares, cost, isOptimal, failures, rescues, routesMs, originsMs } = this;
    const [first] = failures;
    if (first !== undefined && failures.length === parts) throw first.failure;
    return { shares, cost, isOptimal, failures, rescues, prices: this.hasPrices ? { routesMs, originsMs } : null };
  }

  private addShares(pairs: readonly number[], shares: ArrayLike<number>): void {
    const { firstArc } = this.problem.arcs;
    let within = 0;
    for (const pair of pairs) {
      const end = firstArc[pair + 1] ?? 0;
      for (let arc = firstArc[pair] ?? 0; arc < end; arc += 1) this.shares[arc] = shares[within++] ?? NaN;
    }
  }

  private addPrices({ routesMs, originsMs }: Prices, routes: readonly number[], origins: readonly number[]): void {
    this.hasPrices = true;
    scatter(routesMs, routes, this.routesMs);
    scatter(originsMs, origins, this.originsMs);
  }
}

/** Puts each value where it is in the whole. */
function scatter(values: ArrayLike<number>, indices: readonly number[], whole: Float64Array): void {
  indices.forEach((index, within) => {
    whole[index] = values[within] ?? NaN;
  });
}
