import { describe, expect, it } from 'vitest';
import {
  aConfiguration,
  aLoadBalancer,
  anEdge,
  anOrigin,
  aPairPlan,
  aPolicy,
  aReference,
} from '#testkit/model-builders.js';
import { anEstimate, anOriginEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import type { OriginEstimate } from '../estimate/estimate.js';
import type { LoadBalancer, OriginReference } from '../model/load-balancer.js';
import { loadBalancerName, originName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { EXTREME_OVERLOAD_COST_MS } from './costs.js';
import { HeldLoads } from './held-loads.js';
import { NodeWriter } from './node-writer.js';
import { standingOf } from './standing.js';

interface Given {
  readonly balancers?: readonly LoadBalancer[];
  readonly origins?: readonly OriginEstimate[];
  /** Connections per second at the origin `near`, by load balancer, and how well they are known. */
  readonly held?: Readonly<Record<string, number>>;
  readonly noise?: number;
  readonly isStale?: boolean;
  /** How long connections last at the origin `near`, by load balancer. */
  readonly seconds?: Readonly<Record<string, number>>;
}

const shop = (...origins: readonly (string | OriginReference)[]) => aLoadBalancer('shop', origins);

function nodes({
  balancers = [shop('near')],
  origins = [anOriginEstimate('near')],
  held = {},
  noise = 0,
  isStale = false,
  seconds = {},
}: Given): NodeWriter {
  const near = originName('near');
  const pairs = Object.entries(held).map(([name, demand]) =>
    aPairEstimate({ near: {} }, { loadBalancer: loadBalancerName(name), demand, demandNoise: noise, isStale }),
  );
  const heldLoads = new HeldLoads();
  for (const pair of pairs) heldLoads.add(pair, standingOf(pair, aPairPlan({ near: 1 }), aPolicy(), false));
  const connectionTimes = Object.entries(seconds).map(([name, time]) => ({
    loadBalancer: loadBalancerName(name),
    origin: near,
    seconds: time,
    activeConnections: 0,
    edges: 1,
    measuredAtMs: 0,
  }));
  const configuration = aConfiguration({
    loadBalancers: balancers,
    origins: origins.map(({ origin }) => anOrigin(origin)),
    edges: [anEdge('ams-1')],
  });
  return new NodeWriter(configuration, anEstimate(pairs, origins, { connectionTimes }), heldLoads, 1e-3, settings);
}

const near = (overrides: Partial<OriginEstimate>) => anOriginEstimate('near', overrides);
const widths = (bands: readonly { readonly width: number | null }[] = []) => bands.map(({ width }) => width);

describe('routes', () => {
  it('lead each load balancer to each origin it uses; what is not declared is left out', () => {
    const balancers = [shop('near', 'gone'), aLoadBalancer('blog', ['far', 'near'])];
    const writer = nodes({ balancers, origins: [anOriginEstimate('far'), near({})] });
    expect(writer.problemNodes().routes).toMatchObject([
      { loadBalancer: 'shop', origin: 1 },
      { loadBalancer: 'blog', origin: 0 },
      { loadBalancer: 'blog', origin: 1 },
    ]);
    expect(writer.routesOf(balancers[1]!)).toMatchObject([
      { origin: 'far', route: 1, reference: { origin: 'far' } },
      { origin: 'near', route: 2 },
    ]);
    expect(writer.routesOf(balancers[0]!).map(({ origin }) => origin)).toEqual(['near']);
  });

  it.each([
    { case: 'nothing', reference: {}, limit: null },
    { case: 'maxRate', reference: { maxRate: 45 }, limit: 45 },
    { case: 'a dial, as a part of all demand', reference: { dialPercent: 30 }, limit: 60 },
    { case: 'the stricter of both', reference: { dialPercent: 30, maxRate: 45 }, limit: 45 },
    { case: 'the stricter of both, the other way', reference: { dialPercent: 10, maxRate: 45 }, limit: 20 },
    { case: 'a maxRate of nothing', reference: { maxRate: 0 }, limit: 0 },
    { case: 'a dial of nothing', reference: { dialPercent: 0 }, limit: 0 },
  ])('are limited by $case: $limit', ({ reference, limit }) => {
    const writer = nodes({
      balancers: [shop('far', aReference('near', reference))],
      origins: [near({}), anOriginEstimate('far')],
      held: { shop: 200 },
    });
    expect(writer.limits()).toHaveLength(limit === null ? 0 : 1);
    if (limit !== null)
      expect(writer.limits()).toMatchObject([{ loadBalancer: 'shop', origin: 'near', route: 1, limit }]);
    expect(writer.problemNodes().routes[1]?.bands.length).toBe(limit === null ? 0 : limit === 0 ? 1 : 2);
  });

  it('are taken for full where they are, if that is near the limit, else exactly at it', () => {
    const balancers = [shop(aReference('near', { maxRate: 100 }))];
    expect(nodes({ balancers, held: { shop: 99.5 } }).limits()[0]?.full).toBe(99.5);
    expect(nodes({ balancers, held: { shop: 500 } }).limits()[0]?.full).toBe(100);
    expect(nodes({ balancers, held: { shop: 500 } }).problemNodes().routes[0]?.bands[0]?.width).toBe(100);
  });

  it('limited by a dial always let something through, also while nobody comes', () => {
    const balancers = [shop(aReference('near', { dialPercent: 50 }))];
    expect(nodes({ balancers, held: { shop: 0 } }).limits()[0]?.limit).toBe(5e-4);
  });

  it('say which limits there are by load balancer, then origin', () => {
    const origins = [anOriginEstimate('far'), near({})];
    const limited = ['near', 'far'].map((origin) => aReference(origin, { maxRate: 5 }));
    const limits = nodes({ balancers: [aLoadBalancer('blog', limited), shop(...limited)], origins }).limits();
    expect(limits.map(({ loadBalancer, origin }) => `${loadBalancer}/${origin}`)).toEqual([
      'blog/far',
      'blog/near',
      'shop/far',
      'shop/near',
    ]);
  });
});

describe('an origin', () => {
  const two = [shop('near'), aLoadBalancer('blog', ['near'])];

  it('costs by what it can take in connections per second', () => {
    const writer = nodes({ origins: [near({ rate: 1_000 })] });
    expect(widths(writer.problemNodes().origins[0]?.bands).slice(0, 2)).toEqual([
      expect.closeTo(788, 6),
      expect.closeTo(197, 6),
    ]);
    expect(writer.origins()).toEqual([{ origin: 'near', capacity: 1_000, full: 985 }]);
  });

  it('without a limit costs nothing', () => {
    const writer = nodes({});
    expect(writer.problemNodes().origins[0]).toEqual({ origin: 'near', bands: [], connectionBands: [] });
    expect(writer.origins()).toEqual([{ origin: 'near', capacity: null, full: null }]);
  });

  it.each([
    { case: 'a rate', origin: near({ rate: 0 }) },
    { case: 'open connections', origin: near({ connections: 0 }) },
  ])('without capacity ($case) is overloaded by anything', ({ origin }) => {
    const node = nodes({ origins: [origin] }).problemNodes().origins[0];
    expect(node).toMatchObject({
      bands: [{ width: null, costMs: EXTREME_OVERLOAD_COST_MS }],
      connectionBands: [],
    });
  });

  it('is kept to the lowest target among those who use it', () => {
    const balancers = [90, 60].map((target, index) =>
      aLoadBalancer(`lb-${index}`, ['near'], { policy: aPolicy({ targetUtilizationPercent: target }) }),
    );
    const { origins } = nodes({ balancers, origins: [near({ rate: 100 })] }).problemNodes();
    expect(origins[0]?.bands[0]).toEqual({ width: expect.closeTo(59.1, 6) as number, costMs: 0 });
  });

  it('whose target is its capacity is never dearer before it is full', () => {
    const balancers = [aLoadBalancer('shop', ['near'], { policy: aPolicy({ targetUtilizationPercent: 100 }) })];
    const { origins } = nodes({ balancers, origins: [near({ rate: 100 })] }).problemNodes();
    expect(origins[0]?.bands[0]).toEqual({ width: 98.5, costMs: 0 });
    expect(origins[0]?.bands[1]?.costMs).toBeGreaterThan(10_000);
  });

  it('turns open connections into a rate where all last alike', () => {
    const writer = nodes({
      balancers: two,
      origins: [near({ rate: 1_000, connections: 300 })],
      held: { shop: 2, blog: 2 },
      seconds: { shop: 30, blog: 30 },
    });
    expect(writer.origins()[0]?.capacity).toBe(10);
    expect(writer.problemNodes().origins[0]?.connectionBands).toEqual([]);
    expect(writer.problemNodes().origins[0]?.bands[0]?.width).toBeCloseTo(7.88, 6);
  });

  it('keeps open connections as a capacity of their own where they last differently', () => {
    const writer = nodes({
      balancers: two,
      origins: [near({ rate: 1_000, connections: 300 })],
      held: { shop: 3, blog: 1 },
      seconds: { shop: 10, blog: 90 },
    });
    expect(writer.origins()[0]?.capacity).toBe(10);
    const [node] = writer.problemNodes().origins;
    expect(node?.bands[0]?.width).toBeCloseTo(788, 6);
    expect(node?.connectionBands[0]).toEqual({ width: expect.closeTo(236.4, 6) as number, costMs: 0 });
    expect(node?.connectionBands[1]?.costMs).toBeCloseTo(10 / 30, 9);
    expect(writer.problemNodes().routes.map(({ connectionSeconds }) => connectionSeconds)).toEqual([10, 90]);
  });

  it('takes connections that were never measured for the mean of the others', () => {
    const writer = nodes({
      balancers: [...two, aLoadBalancer('mail', ['near'])],
      origins: [near({ connections: 300 })],
      held: { shop: 3, blog: 1, mail: 5 },
      seconds: { shop: 10, blog: 90 },
    });
    expect(writer.problemNodes().routes.map(({ connectionSeconds }) => connectionSeconds)).toEqual([10, 90, 30]);
  });

  it('is told with its load: measured, and as it is if no share moves', () => {
    const writer = nodes({ origins: [near({ rate: 50, measuredLoad: 40 })], held: { shop: 60 }, noise: 3 });
    expect(writer.originLoads()).toEqual([{ origin: 'near', capacity: 50, measuredLoad: 40, heldLoad: 60, noise: 3 }]);
  });

  it.each([
    { measuredLoad: 40, told: 100 },
    { measuredLoad: 0, told: 60 },
    { measuredLoad: null, told: null },
  ])('is told with what silent edges sent last beside the measured $measuredLoad: $told', ({ measuredLoad, told }) => {
    const writer = nodes({ origins: [near({ rate: 50, measuredLoad })], held: { shop: 60 }, isStale: true });
    expect(writer.originLoads()).toMatchObject([{ measuredLoad: told, heldLoad: 60 }]);
  });

  it('is full where its load rests, if that is near its capacity', () => {
    expect(nodes({ origins: [near({ rate: 100 })], held: { shop: 101 }, noise: 3 }).origins()[0]?.full).toBe(101);
    expect(nodes({ origins: [near({ rate: 100 })], held: { shop: 101 }, noise: 0 }).origins()[0]?.full).toBe(98.5);
  });
});
