import { describe, expect, it } from 'vitest';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import type { SeenArc } from '#testkit/observation-builders.js';
import { EDGES, founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import { listArcs } from './formulate/arc-columns.js';
import type { Configuration } from './model/configuration.js';
import type { Capacity } from './model/origin.js';
import type { Plan } from './plan/plan.js';
import { type AssignmentSolver, type Solution, SolverFailure } from './ports/assignment-solver.js';

const solver = createAssignmentSolver();
const aRehearsal = (configuration = founding()): Rehearsal => new Rehearsal(configuration, solver);

/** In balance: 400 connections per second, half of them at the near origin, which is full. */
function settled(): Rehearsal {
  const rehearsal = aRehearsal();
  rehearsal.decideTimes(2, seen(0));
  rehearsal.decideTimes(40, seen(400));
  return rehearsal;
}

function expectWhole(plan: Plan | null, pairs: number): void {
  expect(plan?.pairs).toHaveLength(pairs);
  for (const { shares } of plan!.pairs) {
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    for (const { share } of shares) expect(share >= 0 && share <= 1).toBe(true);
  }
}

function withCapacity(capacity: Capacity): Configuration {
  const configuration = founding();
  return { ...configuration, origins: configuration.origins.map((origin) => ({ ...origin, capacity })) };
}

describe('a solver that cannot be trusted', () => {
  const answer = (shares: readonly number[]): Solution => ({
    shares,
    cost: 0,
    isOptimal: true,
    prices: null,
    failures: [],
    rescues: 0,
  });
  const answering = (share: number): AssignmentSolver => ({
    name: 'fake',
    solve: ({ arcs }) => answer(listArcs(arcs).map(() => share)),
  });
  const failing: AssignmentSolver = {
    name: 'fake',
    solve: () => {
      throw new SolverFailure('infeasible', 'fake');
    },
  };

  it.each([
    { what: 'fails', by: failing, cause: 'solver-failure', detail: /fake called a feasible problem infeasible/ },
    { what: 'answers NaN', by: answering(Number.NaN), cause: 'invariant-broken', detail: /share-sum/ },
    { what: 'answers nothing', by: answering(0), cause: 'invariant-broken', detail: /share-sum/ },
    { what: 'answers too little', by: answering(0.3), cause: 'invariant-broken', detail: /share-sum/ },
    { what: 'answers too much', by: answering(1), cause: 'invariant-broken', detail: /share-sum/ },
  ])('that $what leaves the last shares in force', ({ by, cause, detail }) => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    const { outcome, weights } = rehearsal.decide(seen(1_000), { by });
    expect(outcome).toMatchObject({
      kind: 'kept',
      cause,
      details: expect.arrayContaining([expect.stringMatching(detail)]) as unknown,
    });
    expect(rehearsal.shares()).toEqual(before);
    expect(rehearsal.reason('near')).toBe('kept');
    expect(weights).toHaveLength(2);
  });

  it('that moves a share too far leaves the last shares in force', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    const { outcome } = rehearsal.decide(seen(400), { by: answering(0.5) });
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'invariant-broken' });
    expect(rehearsal.share('near')).toBe(1);
  });

  it('that fails on one pair keeps that one, and decides the other', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    const by: AssignmentSolver = {
      name: 'half',
      solve: (problem) => {
        const { shares, ...rest } = solver.solve(problem);
        const failures = [{ pairs: [0], failure: new SolverFailure('infeasible', 'half') }];
        return {
          ...rest,
          shares: Array.from(shares, (share, arc) => (arc < problem.arcs.firstArc[1]! ? NaN : share)),
          failures,
        };
      },
    };
    expect(rehearsal.decide(seen(400), { by }).outcome).toMatchObject({ kind: 'partly-kept', pairs: 1 });
    expect([rehearsal.share('near', 'ams-1'), rehearsal.reason('near', 'ams-1')]).toEqual([1, 'kept']);
    expect([rehearsal.share('near', 'ams-2'), rehearsal.reason('near', 'ams-2')]).toEqual([
      expect.closeTo(0.98, 6),
      'damped',
    ]);
  });

  it('still lets what was observed be remembered, so that the next cycle knows it', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decide(seen(400), { by: failing });
    const levels = rehearsal.state.memory.pairs.map(({ demand }) => demand?.level);
    expect(levels).toEqual([expect.closeTo(160, 6), expect.closeTo(160, 6)]);
  });

  it('and has made no plan yet leaves shares by capacity', () => {
    const rehearsal = aRehearsal(withCapacity({ rate: 10 }));
    const { outcome, weights } = rehearsal.decide(seen(400), { by: failing });
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'solver-failure' });
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0.5, 0.5]);
    expect(weights).toHaveLength(2);
  });

  it('hides no defect of its own', () => {
    const by: AssignmentSolver = {
      name: 'fake',
      solve: () => {
        throw new TypeError('a defect');
      },
    };
    expect(() => aRehearsal().decide(seen(0), { by })).toThrow(TypeError);
  });

  it('counts how often one solver had to help out another', () => {
    const by: AssignmentSolver = { name: 'helped', solve: (problem) => ({ ...solver.solve(problem), rescues: 3 }) };
    expect(aRehearsal().decide(seen(0), { by }).solverRescues).toBe(3);
    expect(aRehearsal().decide(seen(0), { by: failing }).solverRescues).toBe(0);
  });
});

describe('figures that make no sense', () => {
  const FIGURES = [Number.NaN, -1, Infinity, -Infinity, 1e12, Number.MAX_VALUE, null as never];

  it.each(FIGURES)('(%d) as demand move nothing, and are told', (figure) => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    const pairs = seen(400).map((pair) => ({ ...pair, demand: figure }));
    rehearsal.decideTimes(1, pairs);
    expect(rehearsal.shares()).toEqual(before);
    expect(rehearsal.reason('near')).toBe('stale');
    expect(rehearsal.state.plan?.notices).toContainEqual({ code: 'unusable-figures', count: 2 });
  });

  it.each(FIGURES)('(%d) as anything else are left out, and told', (figure) => {
    const arc: SeenArc = { rttMs: figure, load: figure, activeConnections: figure };
    const [rehearsal, other] = [settled(), settled()];
    rehearsal.decideTimes(1, seen(400, { near: arc, far: arc }), { utilizations: { near: figure } });
    other.decideTimes(1, seen(400));
    expect(rehearsal.shares()).toEqual(other.shares());
    expect(rehearsal.state.plan?.notices).toContainEqual(expect.objectContaining({ code: 'unusable-figures' }));
  });

  it.each(FIGURES)('(%d) from the first cycle on still give every pair its shares', (figure) => {
    const rehearsal = aRehearsal();
    const arc: SeenArc = { rttMs: figure, load: figure, activeConnections: figure };
    const pairs = seen(0, { near: arc, far: arc }).map((pair) => ({ ...pair, demand: figure }));
    rehearsal.decideTimes(3, pairs);
    expectWhole(rehearsal.state.plan, 2);
  });
});

describe('a world at its edge', () => {
  it.each<{ readonly case: string; readonly capacity: Capacity }>([
    { case: 'no rate', capacity: { rate: 0 } },
    { case: 'no open connections', capacity: { connections: 0 } },
    { case: 'next to no rate', capacity: { rate: 1e-6 } },
    { case: 'a rate beyond all reason', capacity: { rate: 1e15 } },
    { case: 'next to no open connections', capacity: { connections: 1 } },
  ])('with $case anywhere still has its shares', ({ capacity }) => {
    const rehearsal = aRehearsal(withCapacity(capacity));
    const load: SeenArc = { load: 200, activeConnections: 6_000 };
    for (const demand of [0, 400, 1e9, 1e-9, 400]) {
      rehearsal.decideTimes(2, seen(demand, { near: load, far: load }));
      expectWhole(rehearsal.state.plan, 2);
    }
  });

  it.each([
    { case: 'rate', capacity: { rate: 0 } },
    { case: 'open connections', capacity: { connections: 0 } },
  ])('without any capacity ($case) says that all is overloaded', ({ capacity }) => {
    const rehearsal = aRehearsal(withCapacity(capacity));
    rehearsal.decideTimes(1, seen(400));
    const notice = rehearsal.state.plan?.notices.find(({ code }) => code === 'overload');
    expect(notice).toBeDefined();
  });

  it('gives nothing to an origin that no edge can reach', () => {
    const rehearsal = aRehearsal();
    rehearsal.decideTimes(5, seen(400, { near: { isUp: false } }));
    expect(EDGES.map((edge) => rehearsal.share('near', edge))).toEqual([0, 0]);
    expectWhole(rehearsal.state.plan, 2);
  });

  it('plans a load balancer none of whose origins exists, as one that nothing serves', () => {
    const configuration = { ...founding(), loadBalancers: [aLoadBalancer('shop', ['gone'])] };
    const rehearsal = aRehearsal(configuration);
    rehearsal.decideTimes(2, seen(400));
    expect(rehearsal.state.plan?.pairs.map(({ shares }) => shares)).toEqual([[], []]);
  });

  it('has a plan when there is nothing to plan', () => {
    const rehearsal = aRehearsal(aConfiguration());
    rehearsal.decideTimes(2, []);
    expect(rehearsal.state.plan).toMatchObject({ pairs: [], origins: [], notices: [] });
  });

  it('reckons with demands fifteen orders of magnitude apart', () => {
    const rehearsal = aRehearsal();
    const [first, second] = seen(0);
    rehearsal.decideTimes(20, [
      { ...first!, demand: 1e9 },
      { ...second!, demand: 1e-6 },
    ]);
    expectWhole(rehearsal.state.plan, 2);
  });

  it('gives ten thousand idle pairs their nearest origins', { timeout: 60_000 }, () => {
    const count = 100;
    const numbers = Array.from({ length: count }, (_, index) => String(index).padStart(2, '0'));
    const configuration = aConfiguration({
      loadBalancers: numbers.map((number) => aLoadBalancer(`lb-${number}`, ['near', 'far'])),
      origins: founding().origins,
      edges: numbers.map((number) => anEdge(`edge-${number}`)),
    });
    const pairs = numbers.flatMap((balancer) =>
      numbers.map((edge) => ({ ...seen(0)[0]!, loadBalancer: `lb-${balancer}`, edge: `edge-${edge}` })),
    );
    const rehearsal = aRehearsal(configuration);
    rehearsal.decideTimes(2, pairs);
    expectWhole(rehearsal.state.plan, count * count);
    const near = rehearsal.state.plan!.pairs.filter(({ shares }) => shares[1]?.share === 1);
    expect(near).toHaveLength(count * count);
  });
});

describe('an origin that is named and gone', () => {
  it('is left to the others', () => {
    const configuration = {
      ...founding(),
      loadBalancers: [aLoadBalancer('shop', ['near', 'gone'])],
      origins: [anOrigin('near')],
    };
    const rehearsal = aRehearsal(configuration);
    rehearsal.decideTimes(2, seen(400));
    expect(rehearsal.shares()).toEqual(EDGES.map(() => [['near', 1]]));
  });
});
