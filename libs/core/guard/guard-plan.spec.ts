import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPairPlan, aPlan, aPolicy } from '#testkit/model-builders.js';
import { anEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import type { ArcEstimate, Eligibility, Estimate } from '../estimate/estimate.js';
import type { Policy } from '../model/load-balancer.js';
import { edgeName, originName } from '../model/name.js';
import type { OriginOutlook, Plan } from '../plan/plan.js';
import { guardPlan, type InvariantBreach } from './guard-plan.js';

const ORIGINS = ['a', 'b', 'c'];

interface Given {
  readonly arcs?: Readonly<Record<string, Partial<ArcEstimate>>>;
  readonly isStale?: boolean;
  readonly policy?: Partial<Policy>;
  /** Of a, b and c in the last plan; `null` without one. */
  readonly before?: readonly number[] | null;
  readonly isProvisional?: boolean;
  /** Capacity and measured load; without a limit where left out. */
  readonly origins?: Readonly<Record<string, readonly [capacity: number, measuredLoad: number]>>;
  /** The load balancer sends this much from another edge, which is silent; shares there are those of the last plan. */
  readonly silentDemand?: number;
}

const SILENT = edgeName('silent');

function estimated({ arcs = {}, isStale = false, silentDemand }: Given): Estimate {
  const all = { a: {}, b: {}, c: {}, ...arcs };
  const silent =
    silentDemand === undefined ? [] : [aPairEstimate(all, { edge: SILENT, demand: silentDemand, isStale: true })];
  return anEstimate([aPairEstimate(all, { isStale }), ...silent]);
}

/** Shares of a, b and c, as far as given. */
function planned(shares: readonly number[], { origins = {}, isProvisional = false }: Given = {}): Plan {
  const outlooks = Object.entries(origins).map(([origin, [capacity, measuredLoad]]): OriginOutlook => ({
    origin: originName(origin),
    capacity,
    measuredLoad,
    expectedLoad: 0,
    shadowPriceMs: null,
  }));
  const named = Object.fromEntries(shares.map((share, index) => [ORIGINS[index]!, share]));
  return aPlan([aPairPlan(named, { isProvisional })], { origins: outlooks });
}

function breaches(plan: Plan, given: Given): readonly InvariantBreach[] {
  const { before = [0.5, 0.3, 0.2], policy = {}, isProvisional = false } = given;
  const configuration = aConfiguration({
    loadBalancers: [aLoadBalancer('shop', ORIGINS, { policy: aPolicy(policy) })],
    origins: ORIGINS.map((name) => anOrigin(name)),
    edges: [anEdge('ams-1')],
  });
  const previous = before === null ? null : planned(before, { isProvisional });
  const silent = (previous?.pairs ?? [])
    .filter(() => given.silentDemand !== undefined)
    .map((pair) => ({ ...pair, edge: SILENT }));
  const withSilent = (of: Plan): Plan => ({ ...of, pairs: [...of.pairs, ...silent] });
  return guardPlan(withSilent(plan), configuration, estimated(given), previous && withSilent(previous));
}

const breached = (shares: readonly number[], given: Given): readonly string[] =>
  breaches(planned(shares, given), given).map(({ invariant }) => invariant);

const is = (eligibility: Eligibility) => ({ eligibility });
const allUnhealthy = { a: is('unhealthy'), b: is('unhealthy'), c: is('unhealthy') };
const unmeasured = { c: { rttSource: 'assumed' as const } };
const byHand: Partial<Policy> = { mode: 'manual', manualShares: { [originName('a')]: 70, [originName('c')]: 30 } };
const aIsOverloaded = { a: [100, 150], b: [100, 100], c: [100, 50] } as const;

describe('a plan is sound', () => {
  it.each<Given & { readonly case: string; readonly shares: readonly number[] }>([
    { case: 'that moves nothing', shares: [0.5, 0.3, 0.2] },
    { case: 'that moves as far as damping allows', shares: [0.48, 0.32, 0.2] },
    { case: 'that is the first', before: null, shares: [0, 0, 1] },
    { case: 'that is the first, of a frozen pair', before: null, policy: { frozen: true }, shares: [0, 0, 1] },
    { case: 'that is the first with latency', isProvisional: true, shares: [0, 0, 1] },
    { case: 'whose displaced share arrives in one place', arcs: { a: is('unhealthy') }, shares: [0, 0.82, 0.18] },
    {
      case: 'of a stale pair whose displaced share arrives in one place',
      arcs: { a: is('unhealthy') },
      isStale: true,
      shares: [0, 0.8, 0.2],
    },
    { case: 'that fails open', arcs: allUnhealthy, shares: [0.2, 0.2, 0.6] },
    {
      case: 'that serves nothing where nothing is in use',
      arcs: { a: is('disabled'), b: is('disabled'), c: is('dialled-out') },
      shares: [0, 0, 0],
    },
    { case: 'whose shares sum to 1 up to rounding', shares: [0.500_005, 0.3, 0.2] },
    { case: 'that relieves an overloaded origin', origins: aIsOverloaded, shares: [0.25, 0.3, 0.45] },
    {
      case: 'that relieves it, and takes an ordinary step, too',
      origins: aIsOverloaded,
      shares: [0.25, 0.32, 0.43],
    },
    {
      case: 'that relieves one overloaded by what a silent edge sent last',
      origins: { ...aIsOverloaded, a: [100, 60] },
      silentDemand: 100,
      shares: [0.25, 0.3, 0.45],
    },
    { case: 'that is what operators set', policy: byHand, shares: [0.7, 0, 0.3] },
    {
      case: 'that is what operators set, but for what may not serve',
      policy: byHand,
      arcs: { a: is('unhealthy') },
      shares: [0, 0.7, 0.3],
    },
    {
      case: 'that is what operators set, frozen and stale',
      policy: { ...byHand, frozen: true },
      isStale: true,
      shares: [0.7, 0, 0.3],
    },
  ])('$case', ({ shares, ...given }) => {
    expect(breached(shares, given)).toEqual([]);
  });
});

describe('a plan that breaks one invariant has exactly that breach', () => {
  it.each<Given & { readonly case: string; readonly invariant: string; readonly shares: readonly number[] }>([
    { case: 'an origin is missing', invariant: 'complete', before: null, shares: [0.5, 0.5] },
    { case: 'shares sum to too little', invariant: 'share-sum', shares: [0.5, 0.3, 0.19] },
    { case: 'shares sum to too much', invariant: 'share-sum', shares: [0.51, 0.3, 0.2] },
    { case: 'nothing is served though it could be', invariant: 'share-sum', before: null, shares: [0, 0, 0] },
    {
      case: 'nothing is served though it could fail open',
      invariant: 'share-sum',
      arcs: allUnhealthy,
      shares: [0, 0, 0],
    },
    { case: 'a share is negative', invariant: 'share-range', before: null, shares: [1.000_05, -0.000_05, 0] },
    {
      case: 'a draining origin has a share',
      invariant: 'eligibility',
      arcs: { c: is('draining') },
      shares: [0.5, 0.3, 0.2],
    },
    {
      case: 'an unhealthy origin has a share',
      invariant: 'eligibility',
      arcs: { c: is('unhealthy') },
      shares: [0.5, 0.3, 0.2],
    },
    {
      case: 'a disabled origin has a share while failing open',
      invariant: 'eligibility',
      arcs: { ...allUnhealthy, c: is('disabled') },
      shares: [0.5, 0.3, 0.2],
    },
  ])('$case: $invariant', ({ shares, invariant, ...given }) => {
    expect(breached(shares, given)).toEqual([invariant]);
  });

  it('a pair is missing: complete', () => {
    expect(breaches(aPlan(), {})).toMatchObject([{ invariant: 'complete', pair: 0 }]);
  });

  it('an origin too many: complete', () => {
    expect(breaches(aPlan([aPairPlan({ a: 0.5, b: 0.3, c: 0.2, d: 0 })]), {})).toMatchObject([
      { invariant: 'complete' },
    ]);
  });

  it.each<Given & { readonly case: string; readonly shares: readonly number[] }>([
    { case: 'a share leaves too fast, and arrives too fast', shares: [0.47, 0.33, 0.2] },
    { case: 'a share of a stale pair moves', isStale: true, shares: [0.49, 0.31, 0.2] },
    { case: 'a share of a frozen pair moves', policy: { frozen: true }, shares: [0.49, 0.31, 0.2] },
    {
      case: 'a plan is made anew though it is frozen',
      isProvisional: true,
      policy: { frozen: true },
      shares: [0.4, 0.4, 0.2],
    },
    {
      case: 'a plan is made anew though latency is missing',
      isProvisional: true,
      arcs: unmeasured,
      shares: [0.4, 0.4, 0.2],
    },
    { case: 'more arrives than was displaced', arcs: { a: is('unhealthy') }, shares: [0, 0.83, 0.17] },
    {
      case: 'more arrives than was displaced in a stale pair',
      arcs: { a: is('unhealthy') },
      isStale: true,
      shares: [0, 0.82, 0.18],
    },
    {
      case: 'an overloaded origin is left too fast',
      origins: { a: [100, 150], c: [1, 2] },
      shares: [0.24, 0.54, 0.22],
    },
    {
      case: 'an origin that is not overloaded is left fast',
      origins: { ...aIsOverloaded, a: [100, 100] },
      shares: [0.25, 0.3, 0.45],
    },
    {
      case: 'an origin with room for what a silent edge sent last is left fast',
      origins: { ...aIsOverloaded, a: [100, 60] },
      silentDemand: 60,
      shares: [0.25, 0.3, 0.45],
    },
    {
      case: 'a stale pair relieves an overloaded origin',
      origins: aIsOverloaded,
      isStale: true,
      shares: [0.25, 0.3, 0.45],
    },
    {
      case: 'a frozen pair relieves an overloaded origin',
      origins: aIsOverloaded,
      policy: { frozen: true },
      shares: [0.25, 0.3, 0.45],
    },
  ])('$case: damping, where the share left, or where it arrived, or both', ({ shares, ...given }) => {
    const found = breached(shares, given);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set(['damping']));
  });

  it('an origin that is only full is left faster than by a step: damping, there', () => {
    const given = { origins: { ...aIsOverloaded, a: [100, 100] } } as const;
    expect(breaches(planned([0.46, 0.32, 0.22], given), given)).toMatchObject([
      { invariant: 'damping', detail: expect.stringContaining('share of a moved by -0.0') as unknown },
    ]);
  });

  it('what leaves an overloaded origin arrives where there is no headroom: damping, there', () => {
    const given = { origins: aIsOverloaded };
    const [breach, ...others] = breaches(planned([0.25, 0.55, 0.2], given), given);
    expect([breach?.invariant, breach?.detail, others]).toEqual([
      'damping',
      expect.stringContaining('share of b moved by 0.25') as unknown,
      [],
    ]);
  });

  it.each<Given & { readonly case: string; readonly shares: readonly number[] }>([
    { case: 'is what it was', shares: [0.5, 0.3, 0.2] },
    { case: 'is only nearly what operators set', shares: [0.69, 0.01, 0.3] },
    { case: 'gains more than what may not serve had', arcs: { c: is('draining') }, shares: [0.65, 0.35, 0] },
  ])('a share set by hand $case: manual', ({ shares, ...given }) => {
    expect(new Set(breached(shares, { ...given, policy: byHand }))).toEqual(new Set(['manual']));
  });
});

describe('a breach', () => {
  it('of range and sum is an answer that is no number', () => {
    expect(breached([Number.NaN, 0.5, 0.5], { before: null })).toEqual(['share-sum', 'share-range']);
  });

  it('names the pair, the origin and the figure', () => {
    const given = { arcs: { c: is('draining') } };
    const [breach] = breaches(planned([0.5, 0.3, 0.2], given), given);
    expect(breach).toEqual({ invariant: 'eligibility', pair: 0, detail: 'shop/ams-1: c is draining and got 0.2' });
  });
});
