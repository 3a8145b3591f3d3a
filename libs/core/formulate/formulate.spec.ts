import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import { anObservation, type SeenPair } from '#testkit/observation-builders.js';
import { EMPTY_MEMORY } from '../estimate/estimate.js';
import { estimateObservation } from '../estimate/estimate-observation.js';
import type { Configuration } from '../model/configuration.js';
import type { LoadBalancer, OriginReference } from '../model/load-balancer.js';
import type { Origin } from '../model/origin.js';
import type { PairPlan, Plan } from '../plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { formulate, type Formulation } from './formulate.js';

const solver = new LinearProgramSolver();

function formulated(
  configuration: Configuration,
  seen: readonly SeenPair[],
  previous: Plan | null = null,
): Formulation {
  const estimate = estimateObservation(configuration, anObservation(0, seen), EMPTY_MEMORY, settings);
  return formulate(configuration, estimate, previous, settings);
}

/** Shares of the only load balancer at its first edge, by origin, rounded to a thousandth. */
function solvedShares(formulation: Formulation): Readonly<Record<string, number>> {
  const { shares } = solver.solve(formulation.problem);
  const { estimate, arcs } = formulation.pairs[0]!;
  return Object.fromEntries(
    estimate.arcs.map(({ origin }, index) => [origin, Number((shares[arcs[index] ?? -1] ?? 0).toFixed(3))]),
  );
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

function planned(shares: Readonly<Record<string, number>>): Plan {
  const pair = {
    loadBalancer: 'shop',
    edge: 'ams-1',
    demand: 100,
    isProvisional: false,
    shares: Object.entries(shares).map(([origin, share]) => ({
      origin,
      share,
      previousShare: share,
      reason: 'held',
    })),
  } as unknown as PairPlan;
  return { decidedAtMs: 0, pairs: [pair], origins: [], notices: [] };
}

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
    expect(solvedShares(world(parts))).toEqual(shares);
  });

  it.each([
    ['dial', { near: { dialPercent: 50 } }, { near: 0.5, far: 0.5 }],
    ['tier', { near: { tier: 1 } }, { near: 0, far: 1 }],
    ['nearness', {}, { near: 1, far: 0 }],
  ] as const)('places an idle load balancer as if it were used: %s', (_name, parts, shares) => {
    expect(solvedShares(world({ ...parts, demand: 0 }))).toEqual(shares);
  });

  it('lets no step leave the strict limit, and brings back what is beyond it at the damped pace', () => {
    const parts = { policy: { maxLatencyMs: 50, latencyMode: 'strict' as const }, origins: limited(60, 1_000) };
    expect(solvedShares(world({ ...parts, previous: planned({ far: 0.3, near: 0.7 }) }))).toEqual({
      far: 0.28,
      near: 0.72,
    });
  });

  it('keeps a shared origin to the lowest target among those who use it', () => {
    const { problem } = formulated(
      aConfiguration({
        loadBalancers: [90, 60].map((target, index) =>
          aLoadBalancer(`lb-${index}`, ['only'], { policy: aPolicy({ targetUtilizationPercent: target }) }),
        ),
        origins: [anOrigin('only', { capacity: { rate: 100 } })],
        edges: [anEdge('ams-1')],
      }),
      [],
    );
    expect(problem.origins[0]?.bands[0]).toEqual({ width: 60, costMs: 0 });
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

describe('feasibility', () => {
  const share = fc.integer({ min: 0, max: 1_000_000 });
  const arc = fc.record({
    share,
    isUp: fc.boolean(),
    rttMs: fc.double({ min: 0.1, max: 400, noNaN: true }),
    state: fc.constantFrom('active' as const, 'active' as const, 'draining' as const),
  });
  const policy = fc.record({
    maxShiftPercent: fc.constantFrom(0.1, 2, 100),
    maxLatencyMs: fc.constantFrom(1, 100, 500),
    latencyMode: fc.constantFrom('soft' as const, 'strict' as const),
  });

  it('holds by construction: the bounds of a pair admit shares that sum to 1', () => {
    fc.assert(
      fc.property(fc.array(arc, { minLength: 1, maxLength: 6 }), policy, fc.boolean(), (arcs, rules, isFresh) => {
        const formulation = formulated(
          aConfiguration({
            loadBalancers: [
              aLoadBalancer(
                'shop',
                arcs.map((_arc, index) => `origin-${index}`),
                { policy: aPolicy(rules) },
              ),
            ],
            origins: arcs.map(({ state }, index) => anOrigin(`origin-${index}`, { state })),
            edges: [anEdge('ams-1')],
          }),
          [
            {
              edge: 'ams-1',
              ...(isFresh && { demand: 100 }),
              origins: Object.fromEntries(arcs.map(({ rttMs, isUp }, index) => [`origin-${index}`, { rttMs, isUp }])),
            },
          ],
          previousOf(arcs),
        );
        const { problem } = formulation;
        if (problem.pairs.length === 0) return;
        const total = (bound: 'minShare' | 'maxShare') => problem.arcs.reduce((sum, each) => sum + each[bound], 0);
        expect(total('minShare')).toBeLessThanOrEqual(1 + 1e-9);
        expect(total('maxShare')).toBeGreaterThanOrEqual(1 - 1e-9);
        for (const { minShare, heldShare, maxShare } of problem.arcs) {
          expect(minShare).toBeGreaterThanOrEqual(0);
          expect(maxShare).toBeLessThanOrEqual(1);
          expect(minShare).toBeLessThanOrEqual(heldShare ?? minShare);
          expect(maxShare).toBeGreaterThanOrEqual(heldShare ?? maxShare);
        }
      }),
      { numRuns: 2_000, seed: 20_260_101 },
    );
  });

  it('holds for a pair that is frozen while a sliver of it has nowhere to stay', () => {
    const arcs = [
      { share: 999_995, isUp: true },
      { share: 5, isUp: false },
    ];
    const formulation = formulated(
      aConfiguration({
        loadBalancers: [aLoadBalancer('shop', ['origin-0', 'origin-1'])],
        origins: [anOrigin('origin-0'), anOrigin('origin-1')],
        edges: [anEdge('ams-1')],
      }),
      [{ edge: 'ams-1', origins: { 'origin-1': { isUp: false } } }],
      previousOf(arcs),
    );
    expect(formulation.pairs[0]?.standing.kind).toBe('stale');
    expect(solver.solve(formulation.problem).shares).toEqual([expect.closeTo(1, 9)]);
  });

  /** A plan told in millionths, as plans are; what is left over went to an origin that is no longer named. */
  function previousOf(arcs: readonly { readonly share: number }[]): Plan {
    const whole = Math.max(
      1_000_000,
      arcs.reduce((sum, each) => sum + each.share, 0),
    );
    const shares = arcs.map((each, index) => [`origin-${index}`, Math.floor((each.share / whole) * 1e6) / 1e6]);
    return planned(Object.fromEntries(shares) as Record<string, number>);
  }
});
