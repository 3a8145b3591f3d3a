import type { Problem } from '#core/formulate/problem.js';
import { type AssignmentSolver, type Prices, type Solution, SolverFailure } from '#core/ports/assignment-solver.js';
import { costInAllBands } from '../shares-cost.js';
import { ArrayShelf } from './array-shelf.js';
import { breakTies } from './break-ties.js';
import type { PivotLimits } from './network-simplex.js';
import { type NetworkChange, NetworkWriter, type NextNetwork } from './network-writer.js';
import { PriceMemory } from './price-memory.js';
import { hasCrossedBounds, readColumns } from './problem-columns.js';
import { ShareMemory } from './share-memory.js';
import { estimatePrices, imbalanceOfSample, type SolvedNetwork, solveFrom } from './solve-network.js';
import { continuedFlow, startingFlow, type StartingFlow } from './starting-flow.js';
import { floatAt } from './typed-arrays.js';
import { canTell } from './units.js';
import type { WrittenNetwork } from './write-network.js';

/** How far from 1 the shares of a pair may sum, and still be called exact. */
const SUM_TOLERANCE = 1e-6;

/** Large problems took less than one for each arc. */
const MAX_PIVOTS_PER_ARC = 100;

/** Of a flow at remembered prices. Beyond, prices have changed so much that a new estimate is nearer. */
const MOST_IMBALANCE = 0.04;

/** Seen by some hundred sources, it is known so roughly. */
const MOST_IMBALANCE_OF_SAMPLE = 0.12;

/** Of sources. Beyond, to start anew at remembered prices is as good. */
const MOST_CHANGED = 0.5;

/**
 * The formulation as a minimum-cost flow, solved by a network simplex: for problems of any size. It goes on from the last
 * optimum where little has changed, or starts at the prices of the last problem with the same origins, if they are near.
 * Where it starts changes nothing but the time: ties are broken, and where that leaves any, it starts again without a memory.
 */
export class NetworkSimplexSolver implements AssignmentSolver {
  readonly name = 'network-simplex';
  private readonly prices = new PriceMemory();
  private readonly shares = new ShareMemory();
  private readonly networkWriter = new NetworkWriter();
  /** The last answer, unless another costs as much. */
  private optimum: SolvedNetwork | null = null;
  private readonly flowShelf = new ArrayShelf();

  solve(problem: Problem, isOver: () => boolean = () => false): Solution {
    if (problem.origins.some(({ connectionBands }) => connectionBands.length > 0)) throw this.failure('not-a-flow');
    const columns = readColumns(problem);
    if (hasCrossedBounds(columns)) throw this.failure('infeasible');
    const next = this.networkWriter.write(problem, columns);
    if (!canTell(next.written.units)) throw this.failure('not-a-number');
    const { basis, ending, prices: ofNodes } = this.solveWritten(problem, next, isOver);
    if (ending === 'too-many-pivots') throw this.failure('not-a-number');
    const { shares, mostMissing, ...read } = this.shares.read(problem, next, basis);
    const cost = read.cost + costInAllBands(problem, read.routeFlows);
    if (!Number.isFinite(cost)) throw this.failure('not-a-number');
    if (mostMissing > SUM_TOLERANCE) throw this.failure('infeasible');
    const prices = readPrices(next.written, ofNodes);
    const isOptimal = ending === 'optimal';
    if (isOptimal) this.prices.remember(problem, prices);
    return { shares, cost, isOptimal, prices, failures: [], rescues: 0 };
  }

  private solveWritten(problem: Problem, next: NextNetwork, isOver: () => boolean): SolvedNetwork {
    const { network } = next.written;
    // The simplex provably ends; the limit is for the case that its figures are not exact after all.
    const limits = { isOver, maxPivots: MAX_PIVOTS_PER_ARC * network.to.length };
    const start = this.warmStart(problem, next);
    const warm = start === null ? null : solveUntied(start, limits);
    const isKept = warm !== null && (warm.isUnique || warm.ending === 'over');
    const solved = isKept
      ? warm
      : solveUntied(startingFlow(network, estimatePrices(network, limits, this.flowShelf), this.flowShelf), limits);
    this.optimum = solved.ending === 'optimal' && solved.tied.length === 0 ? solved : null;
    return solved;
  }

  /** Null when nothing is remembered that is worth starting at. */
  private warmStart(problem: Problem, { written, change }: NextNetwork): StartingFlow | null {
    const start = this.continuation(change) ?? this.startAtRecalledPrices(problem, written);
    return start !== null && start.imbalance <= MOST_IMBALANCE ? start : null;
  }

  private continuation(change: NetworkChange | null): StartingFlow | null {
    const { optimum } = this;
    this.optimum = null;
    if (optimum === null || change === null) return null;
    const { sourceCount } = optimum.basis.network;
    return change.sources.length > MOST_CHANGED * sourceCount ? null : continuedFlow(optimum, change.sources);
  }

  private startAtRecalledPrices(problem: Problem, written: WrittenNetwork): StartingFlow | null {
    this.flowShelf.takeBack();
    const recalled = this.prices.recall(problem);
    if (recalled === null) return null;
    const prices = writePrices(written, recalled);
    const isFar = imbalanceOfSample(written.network, prices, this.flowShelf) > MOST_IMBALANCE_OF_SAMPLE;
    return isFar ? null : startingFlow(written.network, prices, this.flowShelf);
  }

  /** What is no figure stays none, whatever is added to it: the next network is written anew. */
  private failure(code: SolverFailure['code']): SolverFailure {
    this.networkWriter.forget();
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
