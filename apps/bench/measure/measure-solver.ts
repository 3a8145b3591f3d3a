import { aCycleLater, aGlobe, withDemandsMoved } from '#benchmark/globe-problem.js';
import { loadHighs } from '#benchmark/highs-solver.js';
import type { Problem } from '#core/formulate/problem.js';
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
const PATIENCE_MS = 3_000;
const MOST_ROUNDS = 15;

/** Seeds of the problems that nothing is measured by begin here. */
const FIRST_UNMEASURED = 1_000;

const [solverName, arcsText] = process.argv.slice(2) as [SolverName, string];
const arcs = Number(arcsText);
const solver = await createSolver(solverName);
process.stdout.write(`${JSON.stringify(measure(solver))}\n`);

function measure(measured: AssignmentSolver): SolverFigures {
  const balancers = Math.max(1, Math.min(MOST_BALANCERS, Math.round(arcs / ORIGINS / 10)));
  const size = { balancers, edges: Math.max(1, Math.round(arcs / ORIGINS / balancers)), origins: ORIGINS };
  // A control plane has solved before; what a compiler takes for the first problems is no property of the method.
  playRounds((round) => playRound(measured, aGlobe(size, FIRST_UNMEASURED + round)));
  const rounds = playRounds((round) => playRound(measured, aGlobe(size, round + 1)));
  return {
    solver: solverName,
    arcs: size.balancers * size.edges * size.origins,
    coldMs: medianOf(rounds.map(({ coldMs }) => coldMs)),
    warmMs: medianOf(rounds.map(({ warmMs }) => warmMs)),
    nextCycleMs: medianOf(rounds.map(({ nextCycleMs }) => nextCycleMs)),
    cost: rounds[0]?.cost ?? Number.NaN,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

type Round = Pick<SolverFigures, 'coldMs' | 'warmMs' | 'nextCycleMs' | 'cost'>;

/** As many as there is patience for, but one at least. */
function playRounds(play: (round: number) => Round): readonly Round[] {
  const startedAtMs = performance.now();
  const rounds: Round[] = [];
  do rounds.push(play(rounds.length));
  while (rounds.length < MOST_ROUNDS && performance.now() - startedAtMs < PATIENCE_MS);
  return rounds;
}

function playRound(measured: AssignmentSolver, problem: Problem): Round {
  const cold = timed(() => measured.solve(problem));
  const moved = withDemandsMoved(problem, { part: 0.05, by: 0.1 });
  const warm = timed(() => measured.solve(moved));
  const later = aCycleLater(moved, cold.answer.shares, { maxShift: 0.02, demandChange: 0.05 });
  const next = timed(() => measured.solve(later));
  return { coldMs: cold.ms, warmMs: warm.ms, nextCycleMs: next.ms, cost: cold.answer.cost };
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
