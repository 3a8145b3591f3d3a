import { describe, expect, it } from 'vitest';
import type { ArcColumns, Problem } from '#core/formulate/problem.js';
import { aGlobe } from '#benchmark/globe-problem.js';
import { NetworkWriter, type NextNetwork } from './network-writer.js';
import { readColumns } from './problem-columns.js';

const globe = aGlobe({ balancers: 2, edges: 3, origins: 4 });
/** All of it held, and bound on both sides. */
const problem = withColumns({
  minShare: globe.arcs.costMs.map(() => 0.125),
  maxShare: globe.arcs.costMs.map(() => 0.5),
  heldShare: globe.arcs.costMs.map(() => 0.25),
  uncertaintyMs: globe.arcs.costMs.map(() => 1),
});

function withColumns(columns: Partial<ArcColumns>): Problem {
  return { ...globe, arcs: { ...globe.arcs, ...columns } };
}

function write(writer: NetworkWriter, of: Problem): NextNetwork {
  return writer.write(of, readColumns(of));
}

function rewritten(now: Problem): NextNetwork {
  const writer = new NetworkWriter();
  write(writer, problem);
  return write(writer, now);
}

const withDemand = (pair: number, demand: number): Problem => ({
  ...problem,
  pairs: problem.pairs.with(pair, { ...problem.pairs[pair]!, demand }),
});

const withArc = (
  name: 'costMs' | 'minShare' | 'heldShare' | 'uncertaintyMs',
  arc: number,
  figure: number,
): Problem => ({
  ...problem,
  arcs: { ...problem.arcs, [name]: problem.arcs[name].with(arc, figure) },
});

const wideBand = { ...problem.origins[0]!, bands: [{ width: 7, costMs: 0 }, ...problem.origins[0]!.bands.slice(1)] };

describe('NetworkWriter', () => {
  it.each([
    { what: 'nothing', now: problem, sources: [] },
    { what: 'columns that say the same', now: { ...problem, arcs: structuredClone(problem.arcs) }, sources: [] },
    { what: 'a demand', now: withDemand(2, problem.pairs[2]!.demand + 1), sources: [2] },
    { what: 'what an arc costs', now: withArc('costMs', 5, 1), sources: [1] },
    { what: 'how well a cost is known', now: withArc('uncertaintyMs', 9, 0.5), sources: [2] },
    { what: 'a lower bound', now: withArc('minShare', 23, 0), sources: [5] },
    { what: 'where an arc is held', now: withArc('heldShare', 0, NaN), sources: [0] },
    { what: 'a capacity', now: { ...problem, origins: problem.origins.with(0, wideBand) }, sources: [] },
  ])('writes over the last network what has changed: $what', ({ now, sources }) => {
    const { written, change } = rewritten(now);
    expect(change?.sources).toEqual(sources);
    expect(written).toEqual(write(new NetworkWriter(), now).written);
  });

  it.each([
    { what: 'the unit of flows', now: withDemand(0, 1e9) },
    { what: 'the unit of costs', now: withArc('costMs', 0, 1e7) },
    { what: 'the inertia', now: { ...problem, inertiaMs: 3 } },
    { what: 'where an arc leads', now: withRoutes(problem.arcs.route.with(0, 1)) },
    { what: 'a band more', now: { ...problem, origins: problem.origins.with(0, withBandMore()) } },
  ])('writes anew what has another form: $what', ({ now }) => {
    const { written, change } = rewritten(now);
    expect(change).toBeNull();
    expect(written).toEqual(write(new NetworkWriter(), now).written);
  });
});

function withRoutes(route: Int32Array): Problem {
  return { ...problem, arcs: { ...problem.arcs, route } };
}

function withBandMore(): Problem['origins'][number] {
  const node = problem.origins[0]!;
  return { ...node, bands: [{ width: 1, costMs: 0 }, ...node.bands] };
}
