import { describe, expect, it } from 'vitest';
import {
  aConfiguration,
  aLoadBalancer,
  anEdge,
  anOrigin,
  aPairPlan,
  aPlan,
  aReference,
} from '#testkit/model-builders.js';
import { anEstimate, anOriginEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import type { Eligibility, Estimate, OriginEstimate } from '../estimate/estimate.js';
import { type Formulation, formulate } from '../formulate/formulate.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { Prices, Solution } from '../ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { ExpectedLoads, limitOutlooks, noticesOf, originOutlooks } from './outlook.js';
import type { OriginOutlook } from './plan.js';

const shop = loadBalancerName('shop');
const near = originName('near');
const far = originName('far');
const plans = [
  aPairPlan({ near: 0.5, far: 0.5 }),
  aPairPlan({ near: 1, far: 0 }, { edge: edgeName('ams-2'), demand: 20 }),
  aPairPlan({ near: 0.1, far: 0.9 }, { loadBalancer: loadBalancerName('blog'), demand: 50 }),
];
const loads = new ExpectedLoads(plans);

interface Given {
  readonly eligibility?: Eligibility;
  readonly nearEstimate?: Partial<OriginEstimate>;
  readonly maxRate?: number;
  readonly demandNoise?: number;
  readonly about?: Partial<Omit<Estimate, 'pairs' | 'origins'>>;
}

function formulated({ eligibility = 'eligible', nearEstimate = {}, maxRate, demandNoise = 0, about = {} }: Given): {
  readonly estimate: Estimate;
  readonly formulation: Formulation;
} {
  const arcs = { near: { eligibility }, far: { eligibility } };
  const pairs = ['ams-1', 'ams-2'].map((edge) => aPairEstimate(arcs, { edge: edgeName(edge), demandNoise }));
  const origins = [anOriginEstimate('far'), anOriginEstimate('near', nearEstimate)];
  const estimate = anEstimate(pairs, origins, about);
  const configuration = aConfiguration({
    loadBalancers: [
      aLoadBalancer('shop', [aReference('near', maxRate === undefined ? {} : { maxRate }), 'far']),
      aLoadBalancer('blog', ['near']),
    ],
    origins: [anOrigin('far'), anOrigin('near')],
    edges: [anEdge('ams-1'), anEdge('ams-2')],
  });
  return { estimate, formulation: formulate(configuration, estimate, aPlan(plans), settings, false) };
}

const aTime = (loadBalancer: string, seconds: number) => ({
  loadBalancer: loadBalancerName(loadBalancer),
  origin: near,
  seconds,
  activeConnections: 0,
  edges: 1,
  measuredAtMs: 0,
});

/** Of far and near, in the order of the problem. */
const prices = (originsMs: readonly number[], routesMs: readonly number[] = originsMs): Prices => ({
  originsMs,
  routesMs,
});

describe('expected loads', () => {
  it('are what shares come to, by route and by origin', () => {
    expect([loads.ofRoute(shop, near), loads.ofRoute(shop, far)]).toEqual([70, 50]);
    expect([loads.ofOrigin(near), loads.ofOrigin(far)]).toEqual([75, 95]);
  });

  it('of nobody are nothing', () => {
    expect([loads.ofRoute(loadBalancerName('gone'), near), loads.ofOrigin(originName('gone'))]).toEqual([0, 0]);
  });
});

describe('the outlook of an origin', () => {
  it('tells capacity, measured and expected load', () => {
    const { estimate, formulation } = formulated({ nearEstimate: { rate: 80, measuredLoad: 60 } });
    expect(originOutlooks(estimate, formulation, null, loads)).toEqual([
      { origin: 'far', capacity: null, measuredLoad: 0, expectedLoad: 95, shadowPriceMs: 0 },
      { origin: 'near', capacity: 80, measuredLoad: 60, expectedLoad: 75, shadowPriceMs: null },
    ]);
  });

  it.each([
    { case: 'nothing where it has no limit', rate: null, priceMs: 55, shadowPriceMs: 0 },
    { case: 'nothing where there is room', rate: 80, priceMs: 0, shadowPriceMs: 0 },
    { case: 'nothing above the target while there is room', rate: 80, priceMs: 10, shadowPriceMs: 0 },
    { case: 'what more capacity would save', rate: 80, priceMs: 65, shadowPriceMs: 55 },
    { case: 'the whole price where there is no capacity', rate: 0, priceMs: 40_000, shadowPriceMs: 40_000 },
    { case: 'nothing known where the solver tells nothing', rate: 80, priceMs: Number.NaN, shadowPriceMs: null },
  ])('prices $case', ({ rate, priceMs, shadowPriceMs }) => {
    const { estimate, formulation } = formulated({ nearEstimate: { rate } });
    expect(originOutlooks(estimate, formulation, prices([0, priceMs]), loads)[1]).toMatchObject({ shadowPriceMs });
  });

  it('reckons with the rate that open connections allow', () => {
    const { estimate, formulation } = formulated({
      nearEstimate: { rate: 80, connections: 300 },
      about: { connectionTimes: [aTime('shop', 5)] },
    });
    expect(originOutlooks(estimate, formulation, null, loads)[1]).toMatchObject({ capacity: 60 });
  });
});

describe('the price of an origin with two capacities', () => {
  it.each([
    { case: 'is of the one where connections last alike', blogSeconds: 5, shadowPriceMs: 55 },
    { case: 'is not told where they do not', blogSeconds: 50, shadowPriceMs: null },
  ])('$case', ({ blogSeconds, shadowPriceMs }) => {
    const { estimate, formulation } = formulated({
      nearEstimate: { rate: 80, connections: 300 },
      about: { connectionTimes: [aTime('blog', blogSeconds), aTime('shop', 5)] },
    });
    expect(originOutlooks(estimate, formulation, prices([0, 65]), loads)[1]).toMatchObject({ shadowPriceMs });
  });
});

describe('the outlook of a limit', () => {
  it.each([
    { case: 'what allowing more would save', told: prices([0, 10], [0, 65]), shadowPriceMs: 55 },
    { case: 'nothing where it does not bind', told: prices([0, 10], [0, 10]), shadowPriceMs: 0 },
    { case: 'nothing known where the solver tells nothing', told: null, shadowPriceMs: null },
    { case: 'nothing known where it tells of others only', told: prices([0, NaN]), shadowPriceMs: null },
  ])('tells the limit, the load, and $case', ({ told, shadowPriceMs }) => {
    const { formulation } = formulated({ maxRate: 72 });
    expect(limitOutlooks(formulation, told, loads)).toEqual([
      { loadBalancer: 'shop', origin: 'near', limit: 72, expectedLoad: 70, shadowPriceMs },
    ]);
  });

  it('is none where operators limit nothing', () => {
    expect(limitOutlooks(formulated({}).formulation, null, loads)).toEqual([]);
  });
});

describe('notices', () => {
  const outlook = (overrides: Partial<OriginOutlook>): OriginOutlook => ({
    origin: near,
    capacity: 100,
    measuredLoad: 0,
    expectedLoad: 0,
    shadowPriceMs: 0,
    ...overrides,
  });
  const solution: Solution = { shares: [], cost: 0, isOptimal: true, prices: null, failures: [], rescues: 0 };
  const noticed = (given: Given, solved: Solution | null = solution, origins: readonly OriginOutlook[] = []) => {
    const { estimate, formulation } = formulated(given);
    return noticesOf(estimate, formulation, solved, origins);
  };

  it('are none when all is well, nor when nothing was solved', () => {
    const full = [outlook({ expectedLoad: 100 }), outlook({ capacity: null, expectedLoad: 1e9 })];
    expect(noticed({}, solution, full)).toEqual([]);
    expect(noticed({}, null)).toEqual([]);
  });

  it('tell of origins expected above their capacity', () => {
    const origins = [outlook({ expectedLoad: 101 }), outlook({ origin: far, capacity: 0, expectedLoad: 1 })];
    expect(noticed({}, solution, origins)).toEqual([{ code: 'overload', origins: ['near', 'far'] }]);
  });

  it('do not call overloaded what is above by rounding, or where it counts as full', () => {
    expect(noticed({}, solution, [outlook({ expectedLoad: 100.09 })])).toEqual([]);
    // A load of 150 rests there, and is known within 11: above 145 by less than half of that.
    const given = { nearEstimate: { rate: 145 }, demandNoise: 10 };
    const told = (expectedLoad: number) => [outlook({ origin: far }), outlook({ capacity: 145, expectedLoad })];
    expect(noticed(given, solution, told(150.1))).toEqual([]);
    expect(noticed(given, solution, told(150.2))).toEqual([{ code: 'overload', origins: ['near'] }]);
  });

  it('tell of edges that are silent together', () => {
    const about = { isMassSilence: true, silentEdges: [edgeName('ams-1')] };
    expect(noticed({ about })).toEqual([{ code: 'mass-silence', silentEdges: ['ams-1'] }]);
    expect(noticed({ about: { ...about, isMassSilence: false } })).toEqual([]);
  });

  it('tell of a solver that did not find the best', () => {
    expect(noticed({}, { ...solution, isOptimal: false })).toEqual([{ code: 'not-optimal' }]);
  });

  it('tell of figures that were left out, and of capacities still to be learnt', () => {
    expect(noticed({ about: { unusableFigures: 3, unlearntOrigins: [far] } })).toEqual([
      { code: 'unusable-figures', count: 3 },
      { code: 'capacity-unknown', origins: ['far'] },
    ]);
  });

  it('tell once for each load balancer where it fails open', () => {
    expect(noticed({ eligibility: 'unhealthy' })).toEqual([
      { code: 'fail-open', loadBalancer: 'shop', edges: ['ams-1', 'ams-2'] },
    ]);
  });
});
