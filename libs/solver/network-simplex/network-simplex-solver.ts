import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Prices, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { costInAllBands } from '../shares-cost.js';
import { ArrayShelf } from './array-shelf.js';
import { breakTies } from './break-ties.js';
import type { PivotLimits } from './network-simplex.js';
import { PriceMemory } from './price-memory.js';
import { hasCrossedBounds, inProblemOrder, readColumns } from './problem-columns.js';
import { readShares } from './read-shares.js';
import { estimatePrices, type SolvedNetwork, solveFrom } from './solve-network.js';
import { startingFlow, type StartingFlow } from './starting-flow.js';
import { floatAt } from './typed-arrays.js';
import { writeNetwork, type WrittenNetwork } from './write-network.js';

/** How far from 1 the shares of a pair may sum, and still be called exact. */
const SUM_TOLERANCE = 1e-6;

/** Large problems took less than one for each arc. */
const MAX_PIVOTS_PER_ARC = 100;

/** Of a flow at remembered prices. Beyond, prices have changed so much that a new estimate is nearer. */
const MOST_IMBALANCE = 0.04;

/**
 * The formulation as a minimum-cost flow, solved by a network simplex: for problems of any size. It starts at the prices
 * of the last problem with the same origins, if they are near. Where it starts changes nothing but the time: ties are broken, and where
 * that leaves any, it starts again without a memory.
 */
export class NetworkSimplexSolver implements AssignmentSolver {
  readonly name = 'network-simplex';
  private readonly memory = new PriceMemory();
  private readonly shelf = new ArrayShelf();

  solve(problem: Problem, isOver: () => boolean = () => false): Solution {
    if (problem.origins.some(({ connectionBands }) => connectionBands.length > 0)) throw this.failure('not-a-flow');
    this.shelf.takeBack();
    const columns = readColumns(problem, this.shelf);
    if (hasCrossedBounds(columns)) throw this.failure('infeasible');
    const written = writeNetwork(problem, columns, this.shelf);
    const { basis, ending, prices: ofNodes } = this.solveWritten(problem, written, isOver);
    if (ending === 'too-many-pivots') throw this.failure('not-a-number');
    const { shares, mostMissing, ...read } = readShares(problem, columns, written, basis);
    const cost = read.cost + costInAllBands(problem, read.routeFlows);
    if (!Number.isFinite(cost)) throw this.failure('not-a-number');
    if (mostMissing > SUM_TOLERANCE) throw this.failure('infeasible');
    const prices = readPrices(written, ofNodes);
    const isOptimal = ending === 'optimal';
    if (isOptimal) this.memory.remember(problem, prices);
    return { shares: inProblemOrder(shares, columns), cost, isOptimal, prices, failures: [], rescues: 0 };
  }

  private solveWritten(problem: Problem, written: WrittenNetwork, isOver: () => boolean): SolvedNetwork {
    const { network } = written;
    // The simplex provably ends; the limit is for the case that its figures are not exact after all.
    const limits = { isOver, maxPivots: MAX_PIVOTS_PER_ARC * network.to.length };
    const warm = this.solveWarm(problem, written, limits);
    if (warm !== null && (warm.isUnique || warm.ending === 'over')) return warm;
    return solveUntied(startingFlow(network, estimatePrices(network, limits), this.shelf), limits);
  }

  /** Null when nothing is remembered that is worth starting at. */
  private solveWarm(problem: Problem, written: WrittenNetwork, limits: PivotLimits): UntiedNetwork | null {
    const recalled = this.memory.recall(problem);
    if (recalled === null) return null;
    const start = startingFlow(written.network, writePrices(written, recalled), this.shelf);
    return start.imbalance > MOST_IMBALANCE ? null : solveUntied(start, limits);
  }

  private failure(code: SolverFailure['code']): SolverFailure {
    return new SolverFailure(code, this.name);
  }
}

interface UntiedNetwork extends SolvedNetwork {
  readonly isUnique: boolean;
}

function solveUntied(start: StartingFlow, limits: PivotLimits): UntiedNetwork {
  const solved = solveFrom(start, limits);
  if (solved.ending !== 'optimal') return { ...solved, isUnique: false };
  return { ...solved, ...breakTies(solved.basis, solved.tied, limits) };
}

/** From prices by node that is no source. */
function readPrices({ network, nodes, units }: WrittenNetwork, prices: Float64Array): Prices {
  const priceMs = (node: number): number => floatAt(prices, node - network.sourceCount) / units.perMs;
  return { routesMs: Float64Array.from(nodes.ofRoute, priceMs), originsMs: Float64Array.from(nodes.ofOrigin, priceMs) };
}

function writePrices({ network, nodes, units }: WrittenNetwork, { routesMs, originsMs }: Prices): Float64Array {
  const prices = new Float64Array(network.root - network.sourceCount);
  nodes.ofRoute.forEach((node, route) => {
    prices[node - network.sourceCount] = Math.round((routesMs[route] ?? NaN) * units.perMs);
  });
  nodes.ofOrigin.forEach((node, origin) => {
    prices[node - network.sourceCount] = Math.round((originsMs[origin] ?? NaN) * units.perMs);
  });
  return prices;
}
