import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPairPlan, aPlan, aPolicy } from '#testkit/model-builders.js';
import { anEstimate, anOriginEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import type { ArcEstimate } from '../estimate/estimate.js';
import { formulate } from '../formulate/formulate.js';
import type { Policy } from '../model/load-balancer.js';
import { loadBalancerName, originName } from '../model/name.js';
import type { PairPlan, Plan } from '../plan/plan.js';
import { type Solution, SolverFailure } from '../ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { type Outcome, soundPlan } from './sound-plan.js';

/** Two load balancers at one edge, each with origins of its own: `shop` has `a` and `b`, `blog` has `x` and `y`. */
interface Given {
  readonly shop?: Readonly<Record<string, Partial<ArcEstimate>>>;
  readonly blog?: Readonly<Record<string, Partial<ArcEstimate>>>;
  readonly policy?: Partial<Policy>;
  readonly previous?: Plan | null;
}

const blogName = { loadBalancer: loadBalancerName('blog') };
const before = aPlan([aPairPlan({ x: 0.4, y: 0.6 }, blogName), aPairPlan({ a: 0.5, b: 0.5 })]);
const failure = new SolverFailure('not-a-number', 'fake');

/** Shares of x, y, a and b: the order of the problem's arcs. */
function solution(shares: readonly number[], overrides: Partial<Solution> = {}): Solution {
  return { shares, cost: 0, isOptimal: true, prices: null, failures: [], rescues: 0, ...overrides };
}

function sound(
  answer: Solution | SolverFailure,
  given: Given = {},
): { readonly outcome: Outcome; readonly plan: Plan | null } {
  const { shop = {}, blog = {}, policy = {}, previous = before } = given;
  const rates = { a: 100, b: 300, x: 50, y: 50 };
  const configuration = aConfiguration({
    loadBalancers: [aLoadBalancer('blog', ['x', 'y']), aLoadBalancer('shop', ['a', 'b'], { policy: aPolicy(policy) })],
    origins: Object.entries(rates).map(([name, rate]) => anOrigin(name, { capacity: { rate } })),
    edges: [anEdge('ams-1')],
  });
  const estimate = anEstimate(
    [aPairEstimate({ x: {}, y: {}, ...blog }, blogName), aPairEstimate({ a: {}, b: {}, ...shop })],
    Object.entries(rates).map(([name, rate]) => anOriginEstimate(name, { rate, wholeRate: rate })),
    { takenAtMs: 77 },
  );
  const formulation = formulate(configuration, estimate, previous, settings, false);
  return soundPlan({ configuration, previous: { plan: previous }, settings }, estimate, formulation, answer);
}

const told = (plan: Plan | null) =>
  plan?.pairs.flatMap(({ shares }) => shares.map(({ origin, share, reason }) => `${origin} ${share} ${reason}`));

const decided = [0.42, 0.58, 0.48, 0.52];
const decidedBlog = ['x 0.42 damped', 'y 0.58 damped'];
const decidedShop = ['a 0.48 damped', 'b 0.52 damped'];
const keptBlog = ['x 0.4 kept', 'y 0.6 kept'];
const keptShop = ['a 0.5 kept', 'b 0.5 kept'];

describe('a sound answer', () => {
  it('is the plan', () => {
    const { outcome, plan } = sound(solution(decided));
    expect(outcome).toEqual({ kind: 'planned' });
    expect(told(plan)).toEqual([...decidedBlog, ...decidedShop]);
    expect(plan).toMatchObject({ decidedAtMs: 77, limits: [], notices: [{ code: 'overload' }] });
    expect(plan?.origins.map(({ origin, expectedLoad }) => `${origin} ${expectedLoad}`)).toEqual([
      'a 48',
      'b 52',
      'x 42',
      'y 57.99999999999999',
    ]);
  });

  it('that came too late to be the best is the plan all the same, and says so', () => {
    const { outcome, plan } = sound(solution(decided, { isOptimal: false }));
    expect(outcome).toEqual({ kind: 'planned' });
    expect(plan?.notices).toContainEqual({ code: 'not-optimal' });
  });
});

describe('a solver that fails', () => {
  const details = ['fake called a feasible problem not-a-number; the last good shares stay in force'];

  it('on some pairs keeps those and decides the others', () => {
    const { outcome, plan } = sound(solution([NaN, NaN, 0.48, 0.52], { failures: [{ pairs: [0], failure }] }));
    expect(outcome).toEqual({ kind: 'partly-kept', cause: 'solver-failure', pairs: 1, details });
    expect(told(plan)).toEqual([...keptBlog, ...decidedShop]);
    expect(plan?.notices).toContainEqual({ code: 'kept', pairs: 1, details });
  });

  it('on all pairs, one by one, keeps all', () => {
    const failures = [0, 1].map((pair) => ({ pairs: [pair], failure }));
    const { outcome, plan } = sound(solution([NaN, NaN, NaN, NaN], { failures }));
    expect(outcome).toEqual({ kind: 'kept', cause: 'solver-failure', details });
    expect(told(plan)).toEqual([...keptBlog, ...keptShop]);
  });

  it('altogether keeps all, in a plan of now', () => {
    const { outcome, plan } = sound(failure);
    expect(outcome).toEqual({ kind: 'kept', cause: 'solver-failure', details });
    expect(told(plan)).toEqual([...keptBlog, ...keptShop]);
    expect(plan).toMatchObject({ decidedAtMs: 77 });
    expect(plan?.notices).toContainEqual({ code: 'kept', pairs: 2, details });
  });

  it('altogether keeps all also beside a pair that nothing may serve', () => {
    const { outcome, plan } = sound(failure, {
      blog: { x: { eligibility: 'draining' }, y: { eligibility: 'disabled' } },
    });
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'solver-failure' });
    expect(told(plan)).toEqual(['x 0 unserved', 'y 0 unserved', ...keptShop]);
  });

  it('in the first cycle leaves every pair with shares by capacity', () => {
    const { outcome, plan } = sound(failure, { previous: null });
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'solver-failure' });
    expect(told(plan)).toEqual(['x 0.5 kept', 'y 0.5 kept', 'a 0.25 kept', 'b 0.75 kept']);
  });

  it('does not keep traffic at an origin that may not serve', () => {
    const { plan } = sound(failure, { shop: { a: { eligibility: 'unhealthy' } } });
    expect(told(plan)).toEqual([...keptBlog, 'a 0 ineligible', 'b 1 kept']);
  });

  it('does not keep operators from setting shares by hand', () => {
    const policy: Partial<Policy> = { mode: 'manual', manualShares: { [originName('b')]: 100 } };
    const { outcome, plan } = sound(failure, { policy });
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'solver-failure' });
    expect(told(plan)).toEqual([...keptBlog, 'a 0 manual', 'b 1 manual']);
  });
});

describe('a solver that answers nonsense', () => {
  it.each([
    { case: 'no numbers', shares: [NaN, NaN], detail: /share-sum: blog\/ams-1: shares sum to NaN/ },
    { case: 'infinities', shares: [Infinity, -Infinity], detail: /blog\/ams-1/ },
    { case: 'nothing', shares: [0, 0], detail: /share-sum: blog\/ams-1: shares sum to 0/ },
    { case: 'too little', shares: [0.2, 0.3], detail: /share-sum: blog\/ams-1: shares sum to 0.5/ },
    { case: 'too much', shares: [1, 1], detail: /share-sum: blog\/ams-1: shares sum to 2/ },
    { case: 'too large a move', shares: [0.9, 0.1], detail: /damping: blog\/ams-1: share of x moved by 0.5/ },
    { case: 'less than nothing', shares: [-0.5, 1.5], detail: /blog\/ams-1/ },
  ])('($case) for some pairs keeps those and decides the others', ({ shares, detail }) => {
    const { outcome, plan } = sound(solution([...shares, 0.48, 0.52]));
    expect(outcome).toMatchObject({
      kind: 'partly-kept',
      cause: 'invariant-broken',
      pairs: 1,
      details: expect.arrayContaining([expect.stringMatching(detail)]) as unknown,
    });
    expect(told(plan)).toEqual([...keptBlog, ...decidedShop]);
    expect(plan?.notices).toContainEqual(expect.objectContaining({ code: 'kept', pairs: 1 }));
  });

  it('for all pairs keeps all', () => {
    const { outcome, plan } = sound(solution([1, 1, NaN, 0]));
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'invariant-broken' });
    expect(told(plan)).toEqual([...keptBlog, ...keptShop]);
  });

  it('with no shares at all keeps all', () => {
    expect(told(sound(solution([])).plan)).toEqual([...keptBlog, ...keptShop]);
  });

  it('in the first cycle leaves every pair with shares by capacity', () => {
    const { plan } = sound(solution([NaN, NaN, 3, 3]), { previous: null });
    expect(told(plan)).toEqual(['x 0.5 kept', 'y 0.5 kept', 'a 0.25 kept', 'b 0.75 kept']);
  });

  it('beside failing keeps both, and tells of both', () => {
    const { outcome, plan } = sound(solution([NaN, NaN, 1, 1], { failures: [{ pairs: [0], failure }] }));
    expect(outcome).toEqual({
      kind: 'kept',
      cause: 'invariant-broken',
      details: [
        'share-sum: shop/ams-1: shares sum to 2',
        expect.stringContaining('damping'),
        expect.stringContaining('damping'),
        failure.message,
      ],
    });
    expect(told(plan)).toEqual([...keptBlog, ...keptShop]);
  });

  it('tells of twenty breaches at most', () => {
    const many = Array.from({ length: 30 }, (_, index) => `o-${index}`);
    const configuration = aConfiguration({
      loadBalancers: [aLoadBalancer('shop', many)],
      origins: many.map((name) => anOrigin(name)),
      edges: [anEdge('ams-1')],
    });
    const estimate = anEstimate(
      [aPairEstimate(Object.fromEntries(many.map((name) => [name, {}])))],
      many.map((name) => anOriginEstimate(name)),
    );
    const formulation = formulate(configuration, estimate, null, settings, false);
    const answer = solution(many.map(() => NaN));
    const { outcome } = soundPlan({ configuration, previous: { plan: null }, settings }, estimate, formulation, answer);
    expect(outcome).toMatchObject({ kind: 'kept' });
    expect(outcome.kind === 'kept' && outcome.details.length).toBe(20);
  });
});

describe('where not even what is kept is sound', () => {
  it('the whole last plan stays', () => {
    // More than all: the API refuses it.
    const policy: Partial<Policy> = { mode: 'manual', manualShares: { [originName('a')]: 80, [originName('b')]: 80 } };
    const { outcome, plan } = sound(failure, { policy });
    expect(outcome).toMatchObject({ kind: 'kept', cause: 'invariant-broken' });
    expect(plan).toBe(before);
  });
});

describe('every pair', () => {
  it('has its part of the plan, whatever the solver does', () => {
    const pairsOf = (plan: Plan | null): readonly PairPlan[] => plan?.pairs ?? [];
    for (const answer of [failure, solution([]), solution([NaN, 1, 1, 1]), solution(decided)]) {
      for (const previous of [null, aPlan(), before]) {
        const pairs = pairsOf(sound(answer, { previous }).plan);
        expect(pairs.map(({ loadBalancer }) => loadBalancer)).toEqual(['blog', 'shop']);
        for (const { shares } of pairs) expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      }
    }
  });
});
