import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { EMPTY_MEMORY, type Eligibility, type Estimate } from '../estimate/estimate.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { Plan } from '../plan/plan.js';
import { guardPlan } from './guard-plan.js';

const configuration = aConfiguration({
  loadBalancers: [aLoadBalancer('shop', ['a', 'b', 'c'])],
  origins: ['a', 'b', 'c'].map((name) => anOrigin(name)),
  edges: [anEdge('ams-1')],
});

function anEstimate(eligibilities: Readonly<Record<string, Eligibility>> = {}, isStale = false): Estimate {
  const arcs = ['a', 'b', 'c'].map((origin) => ({
    origin: originName(origin),
    rttMs: 10,
    rttSource: 'measured' as const,
    eligibility: eligibilities[origin] ?? 'eligible',
  }));
  return {
    takenAtMs: 0,
    pairs: [{ loadBalancer: loadBalancerName('shop'), edge: edgeName('ams-1'), demand: 100, isStale, arcs }],
    origins: [],
    silentEdges: [],
    isMassSilence: false,
    memory: EMPTY_MEMORY,
  };
}

/** Shares of a, b and c, as far as given. */
function aPlan(...shares: readonly number[]): Plan {
  const decided = shares.map((share, index) => ({
    origin: originName(['a', 'b', 'c'][index]!),
    share,
    previousShare: null,
    reason: 'damped' as const,
  }));
  const pair = {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName('ams-1'),
    demand: 100,
    isProvisional: false,
    shares: decided,
  };
  return { decidedAtMs: 0, pairs: [pair], origins: [], notices: [] };
}

const before = aPlan(0.5, 0.3, 0.2);
const none: Plan = { decidedAtMs: 0, pairs: [], origins: [], notices: [] };
const allUnhealthy = { a: 'unhealthy', b: 'unhealthy', c: 'unhealthy' } as const;
const allDisabled = { a: 'disabled', b: 'disabled', c: 'disabled' } as const;

function breached(plan: Plan, estimate: Estimate, previous: Plan | null): readonly string[] {
  return guardPlan(plan, configuration, estimate, previous).map(({ invariant }) => invariant);
}

describe('a sound plan', () => {
  it.each([
    ['that moves nothing', aPlan(0.5, 0.3, 0.2), anEstimate(), before],
    ['that moves as far as damping allows', aPlan(0.48, 0.32, 0.2), anEstimate(), before],
    ['that is the first', aPlan(0, 0, 1), anEstimate(), null],
    ['whose displaced share arrives in one place', aPlan(0, 0.82, 0.18), anEstimate({ a: 'unhealthy' }), before],
    ['that fails open', aPlan(0.2, 0.2, 0.6), anEstimate(allUnhealthy), before],
    ['that serves nothing where nothing is in use', aPlan(0, 0, 0), anEstimate(allDisabled), before],
    ['whose shares sum to 1 up to rounding', aPlan(0.500_005, 0.3, 0.2), anEstimate(), before],
  ])('%s has no breach', (_name, plan, estimate, previous) => {
    expect(breached(plan, estimate, previous)).toEqual([]);
  });
});

describe('a plan that breaks one invariant has exactly that breach', () => {
  it.each([
    ['a pair is missing', 'complete', none, anEstimate(), before],
    ['an origin is missing', 'complete', aPlan(0.5, 0.5), anEstimate(), null],
    ['an origin too many', 'complete', aPlan(0.5, 0.3, 0.2), withoutLast(anEstimate()), null],
    ['shares sum to too little', 'share-sum', aPlan(0.5, 0.3, 0.19), anEstimate(), before],
    ['shares sum to too much', 'share-sum', aPlan(0.51, 0.3, 0.2), anEstimate(), before],
    ['nothing is served though it could be', 'share-sum', aPlan(0, 0, 0), anEstimate(), null],
    ['a share is negative', 'share-range', aPlan(1.00005, -0.00005, 0), anEstimate(), null],
    ['a draining origin gets something', 'eligibility', aPlan(0.5, 0.3, 0.2), anEstimate({ c: 'draining' }), before],
    ['an unhealthy origin gets something', 'eligibility', aPlan(0.5, 0.3, 0.2), anEstimate({ c: 'unhealthy' }), before],
    [
      'a disabled origin gets something while failing open',
      'eligibility',
      aPlan(0.5, 0.3, 0.2),
      anEstimate({ ...allUnhealthy, c: 'disabled' }),
      before,
    ],
  ])('%s: %s', (_name, invariant, plan, estimate, previous) => {
    expect(breached(plan, estimate, previous)).toEqual([invariant]);
  });

  it.each([
    ['a share leaves too fast, and arrives too fast', aPlan(0.47, 0.33, 0.2), anEstimate()],
    ['a share of a stale pair moves', aPlan(0.49, 0.31, 0.2), anEstimate({}, true)],
  ])('%s: damping, once for each end', (_name, plan, estimate) => {
    expect(breached(plan, estimate, before)).toEqual(['damping', 'damping']);
  });

  it('more arrives than was displaced: damping', () => {
    expect(breached(aPlan(0, 0.83, 0.17), anEstimate({ a: 'unhealthy' }), before)).toEqual(['damping', 'damping']);
  });

  it('an answer that is no number breaks range and sum', () => {
    expect(breached(aPlan(Number.NaN, 0.5, 0.5), anEstimate(), null)).toEqual(['share-sum', 'share-range']);
  });

  it('names the pair, the origin and the figure', () => {
    const [breach] = guardPlan(aPlan(0.5, 0.3, 0.2), configuration, anEstimate({ c: 'draining' }), before);
    expect(breach?.detail).toBe('shop/ams-1: c is draining and got 0.2');
  });
});

function withoutLast(estimate: Estimate): Estimate {
  return { ...estimate, pairs: estimate.pairs.map((pair) => ({ ...pair, arcs: pair.arcs.slice(0, 2) })) };
}
