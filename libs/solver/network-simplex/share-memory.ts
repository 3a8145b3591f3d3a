import type { Problem } from '#core/formulate/problem.js';
import type { Basis } from './basis.js';
import { FlowMemory } from './flow-memory.js';
import type { NextNetwork } from './network-writer.js';
import type { ProblemColumns } from './problem-columns.js';
import { type PairShares, readShares } from './read-shares.js';
import { floatAt, greatestMagnitude, intAt, numbersBelow, sumOf } from './typed-arrays.js';

/** What all shares come to. */
export interface ReadShares {
  /** In the order of the columns. */
  readonly shares: Float64Array;
  /** The most by which the shares of a pair miss 1. */
  readonly mostMissing: number;
  /** What they cost before routes and origins, in connection-milliseconds per second. */
  readonly cost: number;
  /** By route: connections per second. */
  readonly routeFlows: Float64Array;
}

/** Reads the shares of one flow after the other: of pairs that have not changed, only where they send otherwise. */
export class ShareMemory {
  private kept: PairShares = emptyShares(0, 0);
  private readonly flows = new FlowMemory();
  /** What the shares were read with. */
  private columns: ProblemColumns | null = null;

  read(problem: Problem, { written, change }: NextNetwork, basis: Basis): ReadShares {
    const { columns } = written;
    const [pairs, arcs] = [columns.demand.length, columns.route.length];
    const isKept = change !== null && change.before === this.columns;
    if (this.kept.shares.length !== arcs || this.kept.costs.length !== pairs) this.kept = emptyShares(pairs, arcs);
    const others = isKept ? this.flows.otherSources(basis, change.sources) : numbersBelow(pairs);
    readShares(this.kept, others, written, basis);
    this.flows.take(basis);
    this.columns = columns;
    const { shares, missing, costs } = this.kept;
    return {
      shares: shares.slice(),
      mostMissing: greatestMagnitude(missing),
      cost: sumOf(costs),
      routeFlows: routeFlowsOf(shares, columns, problem.routes.length),
    };
  }
}

function emptyShares(pairs: number, arcs: number): PairShares {
  return { shares: new Float64Array(arcs), missing: new Float64Array(pairs), costs: new Float64Array(pairs) };
}

function routeFlowsOf(shares: Float64Array, { demand, firstArc, route }: ProblemColumns, routes: number): Float64Array {
  const flows = new Float64Array(routes);
  for (let pair = 0; pair < demand.length; pair += 1) {
    const end = intAt(firstArc, pair + 1);
    for (let arc = intAt(firstArc, pair); arc < end; arc += 1) {
      const share = floatAt(shares, arc);
      if (share === 0) continue;
      const at = intAt(route, arc);
      flows[at] = floatAt(flows, at) + floatAt(demand, pair) * share;
    }
  }
  return flows;
}
