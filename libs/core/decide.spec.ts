import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { anObservation, type SeenArc, type SeenPair } from '#testkit/observation-builders.js';
import { type CycleInput, type CycleState, decide, type Decision, INITIAL_CYCLE_STATE } from './decide.js';
import type { Configuration } from './model/configuration.js';
import type { ServingState } from './model/origin.js';
import { type AssignmentSolver, SolverFailure } from './ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from './settings.js';

const solver = new LinearProgramSolver();
const EDGES = ['ams-1', 'ams-2'];

/** Two edges, an origin of 200 connections per second 5 ms away, and one without a limit 105 ms away. */
function founding(nearState: ServingState = 'active', farState: ServingState = 'active'): Configuration {
  return aConfiguration({
    loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
    origins: [anOrigin('far', { state: farState }), anOrigin('near', { capacity: { rate: 200 }, state: nearState })],
    edges: EDGES.map((edge) => anEdge(edge)),
  });
}

/** Both edges see the same; `demand` is the sum over both. */
function seen(demand: number, { near = {}, far = {} }: { near?: SeenArc; far?: SeenArc } = {}): readonly SeenPair[] {
  const origins = { near: { rttMs: 5, isUp: true, ...near }, far: { rttMs: 105, isUp: true, ...far } };
  return EDGES.map((edge) => ({ edge, demand: demand / EDGES.length, origins }));
}

/** A scheduler whose clock moves one cycle per decision. */
class Rehearsal {
  state: CycleState = INITIAL_CYCLE_STATE;
  #cycle = 0;

  constructor(public configuration: Configuration) {}

  decide(seenPairs: readonly SeenPair[], by: AssignmentSolver = solver): Decision {
    const decision = decide(this.nextInput(seenPairs), by);
    this.state = decision.state;
    return decision;
  }

  nextInput(seenPairs: readonly SeenPair[]): CycleInput {
    const observation = anObservation(this.#cycle++ * settings.cycleMs, seenPairs);
    return { configuration: this.configuration, observation, previous: this.state, settings };
  }

  decideTimes(cycles: number, seenPairs: readonly SeenPair[]): void {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      expect(this.decide(seenPairs).outcome).toEqual({ kind: 'planned' });
    }
  }

  share(origin: string, edge = 'ams-1', loadBalancer = 'shop'): number | undefined {
    return this.#decided(origin, edge, loadBalancer)?.share;
  }

  reason(origin: string, edge = 'ams-1', loadBalancer = 'shop'): string | undefined {
    return this.#decided(origin, edge, loadBalancer)?.reason;
  }

  shares(): unknown {
    return this.state.plan?.pairs.map((pair) => pair.shares.map(({ origin, share }) => [origin, share]));
  }

  #decided(origin: string, edge: string, loadBalancer: string) {
    const pair = this.state.plan?.pairs.find((plan) => plan.edge === edge && plan.loadBalancer === loadBalancer);
    return pair?.shares.find((decision) => decision.origin === origin);
  }
}

/** In balance: 400 connections per second, half of them at the near origin, which is full. */
function settled(): Rehearsal {
  const rehearsal = new Rehearsal(founding());
  rehearsal.decideTimes(2, seen(0));
  rehearsal.decideTimes(40, seen(400));
  return rehearsal;
}

describe('the founding experiment', () => {
  it.each([
    { cycle: 0, demand: 0, near: 1, reason: 'initial' },
    { cycle: 1, demand: 0, near: 1, reason: 'held' },
    { cycle: 2, demand: 400, near: 0.98, reason: 'damped' },
    { cycle: 3, demand: 400, near: 0.96, reason: 'damped' },
    { cycle: 11, demand: 400, near: 0.8, reason: 'damped' },
    { cycle: 26, demand: 400, near: 0.5, reason: 'damped' },
    { cycle: 27, demand: 400, near: 0.5, reason: 'held' },
    { cycle: 60, demand: 400, near: 0.5, reason: 'held' },
  ])('in cycle $cycle the near origin has $near ($reason)', ({ cycle, demand, near, reason }) => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(Math.min(cycle, 2), seen(0));
    rehearsal.decideTimes(Math.max(0, cycle - 2), seen(400));
    rehearsal.decideTimes(1, seen(demand));
    for (const edge of EDGES) {
      expect(rehearsal.share('near', edge)).toBeCloseTo(near, 5);
      expect(rehearsal.share('far', edge)).toBeCloseTo(1 - near, 5);
      expect(rehearsal.reason('near', edge)).toBe(reason);
    }
  });

  it('moves no share at all while demand stays as it is', () => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    rehearsal.decideTimes(200, seen(400));
    expect(rehearsal.shares()).toEqual(before);
  });

  it('says that the near origin is overloaded until it has been relieved', () => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.state.plan?.notices).toEqual([{ code: 'overload', origins: ['near'] }]);
    rehearsal.decideTimes(40, seen(400));
    expect(rehearsal.state.plan?.notices).toEqual([]);
  });

  it('brings the traffic home two points a cycle when demand falls', () => {
    const rehearsal = settled();
    const steps = Array.from({ length: 40 }, () => {
      const before = rehearsal.share('near')!;
      rehearsal.decideTimes(1, seen(50));
      return rehearsal.share('near')! - before;
    });
    expect(rehearsal.share('near')).toBe(1);
    expect(Math.max(...steps)).toBeCloseTo(0.02, 5);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
  });

  it('gives the plan on record', async () => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(2, seen(0));
    const decision = rehearsal.decide(seen(400));
    // After an intended change of plans: npx vitest run --project unit libs/core/decide.spec.ts -u
    await expect(`${JSON.stringify(decision.state.plan, null, 2)}\n`).toMatchFileSnapshot(
      '../../test/golden/founding-experiment.plan.json',
    );
  });
});

describe('an origin that may no longer serve', () => {
  const losses: readonly [string, (rehearsal: Rehearsal) => readonly SeenPair[]][] = [
    ['unhealthy', () => seen(400, { far: { isUp: false } })],
    [
      'draining',
      (rehearsal) => {
        rehearsal.configuration = founding('active', 'draining');
        return seen(400);
      },
    ],
    [
      'disabled',
      (rehearsal) => {
        rehearsal.configuration = founding('active', 'disabled');
        return seen(400);
      },
    ],
  ];

  it.each(losses)('loses everything at once when %s, and is filled again at the damped pace', (_name, lose) => {
    const rehearsal = settled();
    rehearsal.decideTimes(1, lose(rehearsal));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([1, 0]);
    expect([rehearsal.reason('near'), rehearsal.reason('far')]).toEqual(['ineligible', 'ineligible']);

    rehearsal.configuration = founding();
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.share('far')).toBeCloseTo(0.02, 6);
    expect(rehearsal.reason('far')).toBe('damped');
    rehearsal.decideTimes(1, seen(400));
    expect(rehearsal.share('far')).toBeCloseTo(0.04, 6);
  });

  it('gives what it loses to where there is headroom, not to the nearest', () => {
    const rates = { near: 100, mid: 100, far: 1_000 };
    const rehearsal = new Rehearsal(
      aConfiguration({
        loadBalancers: [aLoadBalancer('shop', ['near', 'mid', 'far'])],
        origins: Object.entries(rates).map(([name, rate]) => anOrigin(name, { capacity: { rate } })),
        edges: [anEdge('ams-1')],
      }),
    );
    const view = (isUp: boolean): readonly SeenPair[] => [
      {
        edge: 'ams-1',
        demand: 200,
        origins: { near: { rttMs: 5, isUp }, mid: { rttMs: 20, isUp: true }, far: { rttMs: 90, isUp: true } },
      },
    ];
    rehearsal.decideTimes(1, view(true));
    expect([rehearsal.share('near'), rehearsal.share('mid')]).toEqual([0.5, expect.closeTo(0.5, 5)]);
    rehearsal.decideTimes(1, view(false));
    expect(rehearsal.share('far')).toBeCloseTo(0.5, 5);
    expect(rehearsal.share('mid')).toBeCloseTo(0.5, 5);
  });

  it('leaves one edge alone when only another edge sees it down', () => {
    const rehearsal = settled();
    const [first, second] = seen(400);
    const blind = { ...first!, origins: { near: { rttMs: 5, isUp: false }, far: { rttMs: 105, isUp: true } } };
    rehearsal.decideTimes(1, [blind, second!]);
    expect(rehearsal.share('near', 'ams-1')).toBe(0);
    expect(rehearsal.share('near', 'ams-2')).toBeGreaterThanOrEqual(0.5);
  });
});

describe('when little is known', () => {
  it('moves no share after a restart that finds no figures', () => {
    const rehearsal = settled();
    const before = rehearsal.shares();
    rehearsal.state = JSON.parse(JSON.stringify(rehearsal.state)) as CycleState;
    rehearsal.decideTimes(1, []);
    expect(rehearsal.shares()).toEqual(before);
    expect(rehearsal.reason('near')).toBe('stale');
  });

  it('moves no share of an edge whose figures are too old, and goes on with the others', () => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(2, seen(0));
    const [first, second] = seen(400);
    rehearsal.decideTimes(1, [{ ...first!, ageMs: settings.cycleMs * settings.staleAfterCycles + 1 }, second!]);
    expect([rehearsal.share('near', 'ams-1'), rehearsal.reason('near', 'ams-1')]).toEqual([1, 'stale']);
    expect([rehearsal.share('near', 'ams-2'), rehearsal.reason('near', 'ams-2')]).toEqual([1, 'held']);
  });

  it('moves no share while more than half of the edges are silent, and says so', () => {
    const edges = ['a', 'b', 'c'];
    const rehearsal = new Rehearsal({ ...founding(), edges: edges.map((edge) => anEdge(edge)) });
    const view = (demand: number, silent: readonly string[]) =>
      edges.map((edge) => ({
        ...seen(demand)[0]!,
        edge,
        ageMs: silent.includes(edge) ? settings.cycleMs * settings.staleAfterCycles + 1 : 0,
      }));
    rehearsal.decideTimes(1, view(0, []));
    rehearsal.decideTimes(1, view(1_000, ['a', 'b']));
    expect(rehearsal.share('near', 'c')).toBe(1);
    expect(rehearsal.state.plan?.notices).toContainEqual({ code: 'mass-silence', silentEdges: ['a', 'b'] });

    rehearsal.decideTimes(1, view(1_000, ['a']));
    expect(rehearsal.share('near', 'c')).toBeCloseTo(0.98, 6);
  });

  it('still plans a load balancer that is new while everything is silent', () => {
    const rehearsal = settled();
    const known = rehearsal.shares() as readonly unknown[];
    const { loadBalancers, ...rest } = founding();
    rehearsal.configuration = { ...rest, loadBalancers: [aLoadBalancer('blog', ['near', 'far']), ...loadBalancers] };
    rehearsal.decideTimes(1, []);
    expect(rehearsal.share('near', 'ams-1', 'blog')! + rehearsal.share('far', 'ams-1', 'blog')!).toBeCloseTo(1, 6);
    expect(rehearsal.reason('near', 'ams-1', 'blog')).toBe('initial');
    expect((rehearsal.shares() as readonly unknown[]).slice(2)).toEqual(known);
  });

  it('reckons with an edge that was named like a property of every object', () => {
    const rehearsal = new Rehearsal({ ...founding(), edges: [anEdge('constructor')] });
    rehearsal.decideTimes(1, []);
    expect(rehearsal.state.memory.lastHeardMs).toEqual({});
  });
});

describe('a plan made before latency was measured', () => {
  const unmeasured = seen(0, { near: { rttMs: undefined as never }, far: { rttMs: undefined as never } });

  it('is placed anew once, when latency becomes known, and damped from then on', () => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(2, unmeasured);
    expect(rehearsal.state.plan?.pairs.map((pair) => pair.isProvisional)).toEqual([true, true]);

    rehearsal.decideTimes(1, seen(0, { near: { rttMs: 300 } }));
    expect([rehearsal.share('far'), rehearsal.reason('far')]).toEqual([1, 'initial']);
    expect(rehearsal.state.plan?.pairs.map((pair) => pair.isProvisional)).toEqual([false, false]);

    rehearsal.decideTimes(1, seen(0));
    expect([rehearsal.share('near'), rehearsal.reason('near')]).toEqual([expect.closeTo(0.02, 6), 'damped']);
  });

  it('does not loosen a measured plan when an origin joins that nobody has measured yet', () => {
    const rehearsal = settled();
    const base = founding();
    rehearsal.configuration = {
      ...base,
      loadBalancers: [aLoadBalancer('shop', ['near', 'far', 'new'])],
      origins: [...base.origins, anOrigin('new')],
    };
    rehearsal.decideTimes(1, seen(400));
    const known = seen(400).map((pair) => ({
      ...pair,
      origins: { ...pair.origins, new: { rttMs: 1, isUp: true } },
    }));
    rehearsal.decideTimes(1, known);
    expect([rehearsal.share('new'), rehearsal.reason('new')]).toEqual([expect.closeTo(0.02, 6), 'damped']);
  });
});

describe('when no origin is healthy, or none in use', () => {
  it('fails open in proportion to declared capacity, and says so', () => {
    const rehearsal = new Rehearsal({
      ...founding(),
      origins: [anOrigin('far', { capacity: { rate: 600 } }), anOrigin('near', { capacity: { rate: 200 } })],
    });
    rehearsal.decideTimes(1, seen(400, { near: { isUp: false }, far: { isUp: false } }));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0.25, 0.75]);
    expect(rehearsal.reason('near')).toBe('fail-open');
    expect(rehearsal.state.plan?.notices).toContainEqual({ code: 'fail-open', loadBalancer: 'shop', edges: EDGES });
  });

  it('never fails open to an origin that operators took out of use', () => {
    const rehearsal = new Rehearsal(founding('draining'));
    rehearsal.decideTimes(1, seen(400, { near: { isUp: false }, far: { isUp: false } }));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0, 1]);
  });

  it('serves nothing when operators disabled all, and at once again when one is back', () => {
    const rehearsal = settled();
    rehearsal.configuration = founding('disabled', 'disabled');
    const { weights } = rehearsal.decide(seen(400));
    expect([rehearsal.share('near'), rehearsal.share('far')]).toEqual([0, 0]);
    expect(rehearsal.reason('far')).toBe('unserved');
    expect(weights.flatMap((pair) => pair.endpoints.map((endpoint) => endpoint.weight))).toEqual([0, 0, 0, 0]);

    rehearsal.configuration = founding('disabled', 'active');
    rehearsal.decideTimes(1, seen(400));
    expect([rehearsal.share('far'), rehearsal.reason('far')]).toEqual([1, 'ineligible']);
  });
});

describe('a solver that cannot be trusted', () => {
  const answering = (share: number): AssignmentSolver => ({
    name: 'fake',
    solve: ({ arcs }) => ({ shares: arcs.map(() => share), cost: 0 }),
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
  ])('that $what leaves the last plan in force', ({ by, cause, detail }) => {
    const rehearsal = settled();
    const before = rehearsal.state.plan;
    const { outcome, state, weights } = rehearsal.decide(seen(1_000), by);
    expect(outcome).toMatchObject({
      kind: 'kept',
      cause,
      details: expect.arrayContaining([expect.stringMatching(detail)]) as unknown,
    });
    expect(state.plan).toBe(before);
    expect(weights).toHaveLength(2);
  });

  it('that moves a share too far leaves the last plan in force', () => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(2, seen(0));
    const { outcome } = rehearsal.decide(seen(400), answering(0.5));
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'invariant-broken' });
    expect(rehearsal.share('near')).toBe(1);
  });

  it('still lets what was observed be remembered, so that the next cycle knows it', () => {
    const rehearsal = new Rehearsal(founding());
    rehearsal.decideTimes(2, seen(0));
    rehearsal.decide(seen(400), failing);
    expect(rehearsal.state.memory.demands).toEqual({ 'shop/ams-1': 160, 'shop/ams-2': 160 });
  });

  it('and has made no plan yet leaves nothing to publish', () => {
    const rehearsal = new Rehearsal(founding());
    const { state, weights } = rehearsal.decide(seen(400), failing);
    expect([state.plan, weights]).toEqual([null, []]);
  });

  it('hides no defect of its own', () => {
    const broken: AssignmentSolver = {
      name: 'fake',
      solve: () => {
        throw new TypeError('a defect');
      },
    };
    expect(() => new Rehearsal(founding()).decide(seen(0), broken)).toThrow(TypeError);
  });
});

describe('replay', () => {
  it('gives the same decision, byte for byte, from a stored input', () => {
    const rehearsal = settled();
    const input = rehearsal.nextInput(seen(777.7, { near: { rttMs: 17.3 } }));
    const stored = JSON.parse(JSON.stringify(input)) as CycleInput;
    expect(JSON.stringify(decide(stored, solver))).toBe(JSON.stringify(decide(input, solver)));
  });
});

describe('stages', () => {
  it('run once each, in their order', () => {
    const stages: string[] = [];
    decide(new Rehearsal(founding()).nextInput(seen(0)), solver, (stage, run) => {
      stages.push(stage);
      return run();
    });
    expect(stages).toEqual(['estimate', 'formulate', 'solve', 'guard', 'quantise']);
  });
});
