import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import {
  aConfiguration,
  aLoadBalancer,
  anEdge,
  anOrigin,
  aPairPlan,
  aPlan,
  aPolicy,
  aReference,
} from '#testkit/model-builders.js';
import {
  anEstimate,
  anObservation,
  anOriginEstimate,
  aPairEstimate,
  type SeenPair,
} from '#testkit/observation-builders.js';
import { EMPTY_MEMORY } from '../estimate/estimate.js';
import { estimateObservation } from '../estimate/estimate-observation.js';
import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference } from '../model/load-balancer.js';
import type { Origin } from '../model/origin.js';
import type { Plan } from '../plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { listArcs } from './arc-columns.js';
import { formulate, type Formulation } from './formulate.js';

const solver = new LinearProgramSolver();

function formulated(
  configuration: Configuration,
  seen: readonly SeenPair[],
  previous: Plan | null = null,
  isUrgent = false,
): Formulation {
  const estimate = estimateObservation(configuration, anObservation(0, seen), EMPTY_MEMORY, settings, false);
  return formulate(configuration, estimate, previous, settings, isUrgent);
}

/** Shares of the only load balancer at its first edge, by origin. */
function solvedShares(formulation: Formulation): Readonly<Record<string, number>> {
  const { shares } = solver.solve(formulation.problem);
  const { estimate, arcs } = formulation.pairs[0]!;
  return Object.fromEntries(estimate.arcs.map(({ origin }, index) => [origin, shares[arcs[index] ?? -1] ?? 0]));
}

/** Every limit is kept with a little slack: a point and a half is near enough. */
function expectShares(formulation: Formulation, shares: Readonly<Record<string, number>>): void {
  const near = Object.entries(shares).map(([origin, share]) => [origin, expect.closeTo(share, 1.5) as number]);
  expect(solvedShares(formulation)).toEqual(Object.fromEntries(near));
}

/** One edge with a demand of 100 per second; `near` is 5 ms away, `far` 105 ms. */
function world(parts: {
  readonly near?: Partial<OriginReference>;
  readonly far?: Partial<OriginReference>;
  readonly policy?: Partial<LoadBalancer['policy']>;
  readonly origins?: readonly Origin[];
  readonly demand?: number;
  readonly rttsMs?: { readonly near: number; readonly far: number };
  readonly previous?: Plan;
}): Formulation {
  const { near = 5, far = 105 } = parts.rttsMs ?? {};
  return formulated(
    aConfiguration({
      loadBalancers: [
        aLoadBalancer('shop', [aReference('near', parts.near), aReference('far', parts.far)], {
          policy: aPolicy(parts.policy),
        }),
      ],
      origins: parts.origins ?? [anOrigin('far'), anOrigin('near')],
      edges: [anEdge('ams-1')],
    }),
    [
      {
        edge: 'ams-1',
        demand: parts.demand ?? 100,
        origins: { near: { rttMs: near, isUp: true }, far: { rttMs: far, isUp: true } },
      },
    ],
    parts.previous ?? null,
  );
}

const limited = (near: number, far: number) => [
  anOrigin('far', { capacity: { rate: far } }),
  anOrigin('near', { capacity: { rate: near } }),
];

const planned = (shares: Readonly<Record<string, number>>): Plan => aPlan([aPairPlan(shares)]);

describe('what operators and policy ask for', () => {
  it.each([
    ['everything to the nearest', {}, { near: 1, far: 0 }],
    ['at most the dial to the nearest', { near: { dialPercent: 30 } }, { near: 0.3, far: 0.7 }],
    ['at most maxRate to the nearest', { near: { maxRate: 45 } }, { near: 0.45, far: 0.55 }],
    ['the stricter of dial and maxRate', { near: { maxRate: 45, dialPercent: 20 } }, { near: 0.2, far: 0.8 }],
    ['nothing where the dial is 0', { near: { dialPercent: 0 } }, { near: 0, far: 1 }],
    ['nothing where maxRate is 0', { near: { maxRate: 0 } }, { near: 0, far: 1 }],
    ['a lower tier before a nearer one', { near: { tier: 1 } }, { near: 0, far: 1 }],
    ['a higher tier before overload', { near: { tier: 1 }, origins: limited(1_000, 40) }, { near: 0.6, far: 0.4 }],
    [
      'within the soft limit before a lower tier',
      { near: { tier: 1 }, policy: { maxLatencyMs: 50 } },
      { near: 1, far: 0 },
    ],
    [
      'beyond the soft limit before overload',
      { policy: { maxLatencyMs: 50 }, origins: limited(60, 1_000) },
      { near: 0.6, far: 0.4 },
    ],
    [
      'overload before what is beyond the strict limit',
      { policy: { maxLatencyMs: 50, latencyMode: 'strict' as const }, origins: limited(60, 1_000) },
      { near: 1, far: 0 },
    ],
    [
      'the nearest where everything is beyond the strict limit',
      { policy: { maxLatencyMs: 1, latencyMode: 'strict' as const } },
      { near: 1, far: 0 },
    ],
    [
      'overload before what operators limited',
      { far: { maxRate: 10 }, origins: limited(50, 1_000) },
      { near: 0.9, far: 0.1 },
    ],
    [
      'up to the target only, where the next origin is about as near',
      { rttsMs: { near: 5, far: 9 }, origins: limited(100, 1_000) },
      { near: 0.8, far: 0.2 },
    ],
    [
      'up to the capacity, where the next origin is much further',
      { origins: limited(90, 1_000) },
      { near: 0.9, far: 0.1 },
    ],
    ['the same utilisation where everything is full', { origins: limited(25, 25) }, { near: 0.5, far: 0.5 }],
    ['nothing where the capacity is 0', { origins: limited(0, 100) }, { near: 0, far: 1 }],
  ] as const)('%s', (_name, parts, shares) => {
    expectShares(world(parts), shares);
  });

  it.each([
    ['dial', { near: { dialPercent: 50 } }, { near: 0.5, far: 0.5 }],
    ['tier', { near: { tier: 1 } }, { near: 0, far: 1 }],
    ['nearness', {}, { near: 1, far: 0 }],
  ] as const)('places an idle load balancer as if it were used: %s', (_name, parts, shares) => {
    expectShares(world({ ...parts, demand: 0 }), shares);
  });

  it('lets no step leave the strict limit, and brings back what is beyond it at the damped pace', () => {
    const parts = { policy: { maxLatencyMs: 50, latencyMode: 'strict' as const }, origins: limited(60, 1_000) };
    expect(solvedShares(world({ ...parts, previous: planned({ far: 0.3, near: 0.7 }) }))).toEqual({
      far: expect.closeTo(0.28, 6) as number,
      near: expect.closeTo(0.72, 6) as number,
    });
  });

  it('counts an idle pair as a millionth of the busiest one, and as something where all are idle', () => {
    const configuration = aConfiguration({
      loadBalancers: [aLoadBalancer('shop', ['only'])],
      origins: [anOrigin('only')],
      edges: [anEdge('busy'), anEdge('idle')],
    });
    const demands = (seen: readonly SeenPair[]) =>
      formulated(configuration, seen).problem.pairs.map((pair) => pair.demand);
    expect(demands([{ edge: 'busy', demand: 5e6 }])).toEqual([5e6, 5]);
    expect(demands([])).toEqual([1e-3, 1e-3]);
  });
});

describe('overload', () => {
  const overloaded = (loads: { readonly near: number; readonly far: number }, isUrgent = false): Formulation =>
    formulated(
      aConfiguration({
        loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
        origins: limited(60, 1_000),
        edges: [anEdge('ams-1')],
      }),
      [
        {
          edge: 'ams-1',
          demand: 100,
          origins: {
            near: { rttMs: 5, isUp: true, load: loads.near },
            far: { rttMs: 105, isUp: true, load: loads.far },
          },
        },
      ],
      planned({ near: 1, far: 0 }),
      isUrgent,
    );

  it.each([
    { case: 'measured and expected', loads: { near: 100, far: 0 }, near: 0.75 },
    { case: 'expected only', loads: { near: 50, far: 0 }, near: 0.98 },
    { case: 'measured, where the other has no headroom', loads: { near: 100, far: 1_001 }, near: 0.98 },
  ])('$case lets $near stay', ({ loads, near }) => {
    expect(solvedShares(overloaded(loads))['near']).toBeCloseTo(near, 6);
  });

  it('is relieved in an urgent cycle, too, where nothing else moves', () => {
    expect(solvedShares(overloaded({ near: 100, far: 0 }, true))['near']).toBeCloseTo(0.75, 6);
    expect(solvedShares(overloaded({ near: 50, far: 0 }, true))['near']).toBeCloseTo(1, 6);
  });
});

describe('pairs', () => {
  it('whose load balancer is unknown are an error of ours', () => {
    const estimate = anEstimate([aPairEstimate({ near: {} })], [anOriginEstimate('near')]);
    expect(() => formulate(aConfiguration(), estimate, null, settings, false)).toThrow('unknown load balancer shop');
  });

  it('that nothing may serve are left out of the problem', () => {
    const { problem, pairs } = world({
      origins: [anOrigin('far', { state: 'disabled' }), anOrigin('near', { state: 'draining' })],
    });
    expect([problem.pairs, listArcs(problem.arcs)]).toEqual([[], []]);
    expect(pairs).toMatchObject([{ pair: null, arcs: [null, null], standing: { kind: 'unserved' } }]);
  });

  it.each([
    { case: 'where they were', previous: planned({ near: 0.9, far: 0.1 }), shares: { far: 0.1, near: 0.9 } },
    { case: 'where their capacity has them, if they were nowhere', previous: null, shares: { far: 0.25, near: 0.75 } },
  ])('that fail open are fixed $case', ({ previous, shares }) => {
    const { problem } = formulated(
      aConfiguration({
        loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
        origins: limited(300, 100),
        edges: [anEdge('ams-1')],
      }),
      [{ edge: 'ams-1', demand: 100, origins: { near: { isUp: false }, far: { isUp: false } } }],
      previous,
    );
    expect(listArcs(problem.arcs).map(({ minShare, maxShare, heldShare }) => [minShare, maxShare, heldShare])).toEqual(
      [shares.far, shares.near].map((share) => [share, share, share]),
    );
  });

  it('that are stale are solved, even if a sliver of them has nowhere to stay', () => {
    const formulation = formulated(
      aConfiguration({
        loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
        origins: [anOrigin('far'), anOrigin('near')],
        edges: [anEdge('ams-1')],
      }),
      [{ edge: 'ams-1', origins: { far: { isUp: false } } }],
      planned({ near: 0.999995, far: 0.000005 }),
    );
    expect(formulation.pairs[0]?.standing.kind).toBe('stale');
    expect([...Array.from(solver.solve(formulation.problem).shares)]).toEqual([expect.closeTo(1, 9)]);
  });
});

describe('a move', () => {
  const configuration = aConfiguration({
    loadBalancers: [aLoadBalancer('shop', ['near', 'far'])],
    origins: [anOrigin('far'), anOrigin('near')],
    edges: [anEdge('ams-1')],
  });

  it.each([
    { saving: 'more than inertia', savesMs: 2.5, uncertaintyMs: 0, moved: 0.02 },
    { saving: 'less than inertia', savesMs: 1.5, uncertaintyMs: 0, moved: 0 },
    {
      saving: 'more than inertia and what is uncertain of both latencies',
      savesMs: 12.5,
      uncertaintyMs: 5,
      moved: 0.02,
    },
    { saving: 'less than inertia and what is uncertain of both latencies', savesMs: 11.5, uncertaintyMs: 5, moved: 0 },
  ])('that saves $saving moves $moved', ({ savesMs, uncertaintyMs, moved }) => {
    const pair = aPairEstimate({
      far: { rttMs: 10 + savesMs, rttUncertaintyMs: uncertaintyMs },
      near: { rttMs: 10, rttUncertaintyMs: uncertaintyMs },
    });
    const estimate = anEstimate([pair], [anOriginEstimate('far'), anOriginEstimate('near')]);
    const previous = planned({ far: 0.5, near: 0.5 });
    const shares = solvedShares(formulate(configuration, estimate, previous, settings, false));
    expect(shares['near']).toBeCloseTo(0.5 + moved, 9);
  });
});
