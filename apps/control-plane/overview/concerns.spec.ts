import { describe, expect, it } from 'vitest';
import { loadBalancerName, originName } from '#core/model/name.js';
import type { Notice } from '#core/plan/plan.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPairPlan, aPolicy } from '#testkit/model-builders.js';
import { EXAMPLE_SCHEDULER } from './test-scheduler.js';
import { type Circumstances, concernsOf } from './concerns.js';
import { planSums } from './plan-sums.js';

const running = EXAMPLE_SCHEDULER;
const noSums = await planSums({ pairs: [] });

function edge(name: string, overrides: Partial<Circumstances['edges'][number]> = {}): Circumstances['edges'][number] {
  const point = { term: 1, generation: 9 };
  return {
    edge: anEdge(name).name,
    site: 'site',
    region: 'test',
    state: 'active',
    demand: 0,
    meanRttMs: null,
    lastSeenSeconds: 2,
    published: point,
    applied: point,
    isCurrent: true,
    errors: 0,
    ...overrides,
  };
}

function origin(endpointsDown: number, endpoints = 2): Circumstances['origins'][number] {
  return {
    origin: originName('near'),
    region: 'test',
    state: 'active',
    load: 0,
    expectedLoad: 0,
    capacity: null,
    utilization: null,
    endpoints,
    endpointsDown,
    edgesSeeingDown: endpointsDown > 0 ? 1 : 0,
  };
}

function sentences(circumstances: Partial<Circumstances>): readonly string[] {
  return concernsOf({
    configuration: aConfiguration(),
    plan: null,
    sums: noSums,
    scheduler: running,
    cycleAgeSeconds: 3,
    edges: [],
    origins: [],
    ...circumstances,
  }).map(({ severity, resource, sentence }) => `${severity} ${resource}: ${sentence}`);
}

const noticed = (notice: Notice) => sentences({ plan: { origins: [], notices: [notice] } });

describe('concernsOf', () => {
  it('has none when all is well', () => {
    expect(sentences({ edges: [edge('ams')], origins: [origin(0)] })).toEqual([]);
  });

  it('tells of origins that get more than they can take', () => {
    const outlook = {
      origin: originName('near'),
      capacity: 200,
      measuredLoad: 392,
      expectedLoad: 300,
      shadowPriceMs: 1,
    };
    const full = { ...outlook, origin: originName('full'), measuredLoad: 200, expectedLoad: 200 };
    expect(sentences({ plan: { origins: [full, outlook], notices: [] } })).toEqual([
      'critical origins/near: near is overloaded (392 of 200/s)',
    ]);
  });

  it.each([
    [1, 'warning origins/near: near is unhealthy: 1 of 2 endpoints down, as 1 edge sees it'],
    [2, 'critical origins/near: near is unhealthy: 2 of 2 endpoints down, as 1 edge sees it'],
  ])('tells of %i endpoints down', (down, expected) => {
    expect(sentences({ origins: [origin(down)] })).toEqual([expected]);
  });

  it('tells of load balancers that no healthy origin serves, and of stale figures', async () => {
    const pair = (reason: 'fail-open' | 'stale', name: string) => {
      const { shares, ...rest } = aPairPlan({ near: 1 }, { loadBalancer: loadBalancerName(name) });
      return { ...rest, shares: shares.map((share) => ({ ...share, reason })) };
    };
    const pairs = [
      pair('fail-open', 'shop'),
      pair('stale', 'blog'),
      aPairPlan({}, { loadBalancer: loadBalancerName('none') }),
    ];
    expect(sentences({ sums: await planSums({ pairs }) })).toEqual([
      'critical load-balancers/shop: no origin of shop is healthy at 1 of 1 edge; the last shares stay',
      'critical load-balancers/none: none is not served at 1 of 1 edge',
      'warning load-balancers/blog: figures are stale for 1 of 3 pairs of load balancer and edge (blog); their shares stay',
    ]);
  });

  it('tells that nothing is decided, and why', () => {
    expect(sentences({ scheduler: { ...running, mode: 'frozen' }, cycleAgeSeconds: 900 })).toEqual([
      'warning scheduler: the scheduler is frozen; the last plan stays in force',
    ]);
    expect(sentences({ cycleAgeSeconds: 61 })).toEqual([
      'critical scheduler: no cycle for 61 s; the last plan stays in force',
    ]);
    const outcome = { kind: 'kept' as const, cause: 'solver-failure' as const, details: [] };
    const lastCycle = { ...running.lastCycle!, outcome };
    expect(sentences({ scheduler: { ...running, mode: 'shadow', lastCycle } })).toEqual([
      'warning scheduler: the last cycle failed (solver-failure); the last plan stays in force',
      'warning scheduler: the scheduler is in shadow; nothing that it decides is put in force',
    ]);
  });

  it('tells of edges together what is wrong with several', () => {
    const silent = ['a', 'b', 'c', 'd'].map((name) => edge(name, { lastSeenSeconds: 40 }));
    const behind = edge('e', { isCurrent: false, applied: { term: 1, generation: 6 } });
    const late = edge('f', { isCurrent: false, applied: { term: 1, generation: 8 } });
    const failing = edge('g', { errors: 2 });
    const unseen = edge('h', { lastSeenSeconds: null });
    expect(sentences({ edges: [unseen, ...silent, behind, late, failing, edge('i', { state: 'disabled' })] })).toEqual([
      'warning edges: a, b, c and 1 more have not reported for more than 15 s',
      'warning edges/g: g reports errors',
      'warning edges/e: e does not apply what is published',
      'note edges/h: h has not reported yet',
    ]);
  });

  it('tells what the last decision noticed, but nothing twice', () => {
    expect(noticed({ code: 'overload', origins: [originName('near')] })).toEqual([]);
    expect(noticed({ code: 'mass-silence', silentEdges: [] })).toEqual([
      'critical scheduler: most edges fell silent at once; no share is moved',
    ]);
    expect(noticed({ code: 'unusable-figures', count: 1 })).toEqual([
      'note scheduler: 1 figure that made no sense was left out',
    ]);
    expect(noticed({ code: 'capacity-unknown', origins: [originName('near')] })).toEqual([
      'note origins: the capacity of near is not learnt yet',
    ]);
  });

  it('tells what operators took out of use or froze, last', () => {
    const configuration = aConfiguration({
      origins: [anOrigin('near', { state: 'draining' })],
      edges: [anEdge('ams', { state: 'disabled' })],
      loadBalancers: [aLoadBalancer('shop', ['near'], { policy: aPolicy({ frozen: true }) })],
    });
    expect(sentences({ configuration, edges: [edge('g', { errors: 1 })] })).toEqual([
      'warning edges/g: g reports errors',
      'note origins/near: near is draining',
      'note edges/ams: ams is disabled',
      'note load-balancers/shop: the shares of shop are frozen',
    ]);
  });
});
