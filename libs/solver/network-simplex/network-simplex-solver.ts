import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { minimumCostFlow } from './network-simplex.js';
import { readShares } from './read-shares.js';
import { costOfShares } from './shares-cost.js';
import { startingFlow } from './starting-flow.js';
import { floatAt } from './typed-arrays.js';
import { writeNetwork } from './write-network.js';

/** How far from 1 the shares of a pair may sum, and still be called exact. */
const SUM_TOLERANCE = 1e-6;

/** Large problems took at most one for each arc. The simplex provably ends, as long as it calculates with exact numbers. */
const MAX_PIVOTS_PER_ARC = 100;

/** The formulation as a minimum-cost flow, solved by a network simplex: for problems of any size. */
export class NetworkSimplexSolver implements AssignmentSolver {
  readonly name = 'network-simplex';

  solve(problem: Problem): Solution {
    if (problem.arcs.length === 0) return { shares: [], cost: 0 };
    const written = writeNetwork(problem);
    const { network, pieceToHeld } = written;
    const start = startingFlow(network, pieceToHeld);
    const optimum = minimumCostFlow(network, start, MAX_PIVOTS_PER_ARC * network.from.length);
    if (optimum === null) throw new SolverFailure('not-a-number', this.name);
    const shares = readShares(problem, written, optimum.flow);
    const cost = costOfShares(problem, shares);
    if (!Number.isFinite(cost)) throw new SolverFailure('not-a-number', this.name);
    if (!doSharesSumToOne(problem, shares)) throw new SolverFailure('infeasible', this.name);
    return { shares, cost };
  }
}

function doSharesSumToOne({ pairs, arcs }: Problem, shares: readonly number[]): boolean {
  const sums = new Float64Array(pairs.length);
  arcs.forEach(({ pair }, index) => {
    sums[pair] = floatAt(sums, pair) + (shares[index] ?? NaN);
  });
  return sums.every((sum) => Math.abs(sum - 1) <= SUM_TOLERANCE);
}
