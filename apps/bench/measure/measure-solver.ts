import { aCycleLater, aGlobe, withDemandsMoved } from '#benchmark/globe-problem.js';
import { loadHighs } from '#benchmark/highs-solver.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { NetworkSimplexSolver } from '#solver/network-simplex/network-simplex-solver.js';
import type { SolverName } from '../subjects.js';
import { medianOf, peakMemoryMiB, timed } from './stopwatch.js';

/** Times in ms, medians. */
export interface SolverFigures {
  readonly solver: SolverName;
  readonly arcs: number;
  /** A problem never seen before, by a solver that was used before. */
  readonly coldMs: number;
  /** The same problem after 5 % of its demands moved by 10 %. */
  readonly warmMs: number;
  /** The cycle after: all demands moved by up to 5 %, shares bound to 2 points around the last ones. */
  readonly nextCycleMs: number;
  readonly cost: number;
  readonly peakMemoryMiB: number;
}

const ORIGINS = 20;
const MOST_BALANCERS = 50;
const WARM_UP_ARCS = 2_000;
const PATIENCE_MS = 3_000;
const MOST_ROUNDS = 15;

const [solverName, arcsText] = process.argv.slice(2) as [SolverName, string];
const arcs = Number(arcsText);
const solver = await createSolver(solverName);
process.stdout.write(`${JSON.stringify(measure(solver))}\n`);

function measure(measured: AssignmentSolver): SolverFigures {
  warmUp(measured);
  const balancers = Math.max(1, Math.min(MOST_BALANCERS, Math.round(arcs / ORIGINS / 10)));
  const size = { balancers, edges: Math.max(1, Math.round(arcs / ORIGINS / balancers)), origins: ORIGINS };
  const [cold, warm, next]: [number[], number[], number[]] = [[], [], []];
  let cost = Number.NaN;
  const startedAtMs = performance.now();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const problem = aGlobe(size, round + 1);
    const first = timed(() => measured.solve(problem));
    const moved = withDemandsMoved(problem, { part: 0.05, by: 0.1 });
    const later = aCycleLater(moved, first.answer.shares, { maxShift: 0.02, demandChange: 0.05 });
    cold.push(first.ms);
    warm.push(timed(() => measured.solve(moved)).ms);
    next.push(timed(() => measured.solve(later)).ms);
    if (round === 0) cost = first.answer.cost;
    if (performance.now() - startedAtMs > PATIENCE_MS) break;
  }
  return {
    solver: solverName,
    arcs: size.balancers * size.edges * size.origins,
    coldMs: medianOf(cold),
    warmMs: medianOf(warm),
    nextCycleMs: medianOf(next),
    cost,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

/** A control plane has solved before; what a compiler takes for the first problem is no property of the method. */
function warmUp(measured: AssignmentSolver): void {
  const size = { balancers: 5, edges: Math.min(arcs, WARM_UP_ARCS) / ORIGINS / 5, origins: ORIGINS };
  for (let seed = 101; seed < 104; seed += 1) measured.solve(aGlobe(size, seed));
}

async function createSolver(name: SolverName): Promise<AssignmentSolver> {
  switch (name) {
    case 'network-simplex':
      return new NetworkSimplexSolver();
    case 'linear-program':
      return new LinearProgramSolver();
    case 'highs':
      return loadHighs();
  }
}
