import { describe, expect, it } from 'vitest';
import { eligibilities, HEALTH_WORLD, seenHealth } from '#testkit/health-world.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { anObservation, type SeenPair } from '#testkit/observation-builders.js';
import { edgeName, originName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { EMPTY_MEMORY, type Estimate, type EstimateMemory } from './estimate.js';
import { estimateObservation } from './estimate-observation.js';

const AMSTERDAM = { latitude: 52.37, longitude: 4.9 };
const NEW_YORK = { latitude: 40.71, longitude: -74.01 };
const TOO_OLD_MS = settings.cycleMs * settings.staleAfterCycles + 1;

const configuration = aConfiguration({
  loadBalancers: [aLoadBalancer('shop', ['west', 'east'])],
  origins: [anOrigin('east', { location: NEW_YORK }), anOrigin('west')],
  edges: ['a', 'b', 'c'].map((edge) => anEdge(edge, { location: AMSTERDAM })),
});

function estimated(seen: readonly SeenPair[], memory: EstimateMemory = EMPTY_MEMORY, takenAtMs = 0): Estimate {
  return estimateObservation(configuration, anObservation(takenAtMs, seen), memory, settings, false);
}

function pairOf(estimate: Estimate, edge = 'a') {
  return estimate.pairs.find((pair) => pair.edge === edge)!;
}

/** Edges that spoke at 0 ms. */
function heard(...edges: readonly string[]): EstimateMemory {
  return { ...EMPTY_MEMORY, edges: edges.map((edge) => ({ edge: edgeName(edge), lastHeardMs: 0 })) };
}

describe('the shape of an estimate', () => {
  it('has every load balancer on every edge, and the origins by name', () => {
    const estimate = estimated([]);
    expect(estimate.pairs.map(({ loadBalancer, edge }) => [loadBalancer, edge])).toEqual([
      ['shop', 'a'],
      ['shop', 'b'],
      ['shop', 'c'],
    ]);
    expect(pairOf(estimate).arcs.map(({ origin }) => origin)).toEqual(['east', 'west']);
  });
});

describe('silence', () => {
  const fresh = (...edges: readonly string[]) => edges.map((edge) => ({ edge, demand: 1 }));

  it('of one edge makes its own pairs stale', () => {
    const estimate = estimated(fresh('a', 'b'), heard('a', 'b', 'c'), TOO_OLD_MS);
    expect(estimate).toMatchObject({ silentEdges: ['c'], isMassSilence: false });
    expect(estimate.pairs.map((pair) => pair.isStale)).toEqual([false, false, true]);
  });

  it('of most edges makes every pair stale, also those that spoke', () => {
    const estimate = estimated(fresh('a'), heard('a', 'b', 'c'), TOO_OLD_MS);
    expect(estimate).toMatchObject({ silentEdges: ['b', 'c'], isMassSilence: true });
    expect(estimate.pairs.map((pair) => pair.isStale)).toEqual([true, true, true]);
  });

  it('of an edge never heard of is no silence, and its pairs are stale', () => {
    const estimate = estimated(fresh('a'));
    expect(estimate).toMatchObject({ silentEdges: [], isMassSilence: false });
    expect(pairOf(estimate, 'b')).toMatchObject({ demand: 0, demandNoise: 0, isStale: true });
    expect(estimate.memory.edges).toEqual([{ edge: 'a', lastHeardMs: 0 }]);
  });

  it('breaks no edge that is named like a property of every object', () => {
    const world = { ...configuration, edges: [anEdge('constructor')] };
    const { memory, pairs } = estimateObservation(world, anObservation(0, []), EMPTY_MEMORY, settings, false);
    expect([memory.edges, pairs[0]?.demand]).toEqual([[], 0]);
  });
});

describe('health', () => {
  it('is taken for granted where nobody probed', () => {
    const estimate = seenHealth({});
    expect(eligibilities(estimate)).toEqual(['eligible', 'eligible', 'eligible']);
    expect(estimate.origins[0]).toMatchObject({ wholeRate: 400, rate: 400, healthyFraction: 1 });
  });

  it('is each edge its own: down from one, up from the others', () => {
    const estimate = seenHealth({ a: { 1: false, 2: false } });
    expect(eligibilities(estimate)).toEqual(['unhealthy', 'eligible', 'eligible']);
  });

  it('of one endpoint is enough to serve', () => {
    expect(eligibilities(seenHealth({ a: { 1: false } }))[0]).toBe('eligible');
  });

  it.each([
    { votes: [true, false], healthyFraction: 1 },
    { votes: [false, false], healthyFraction: 0.25 },
    { votes: [true, false, false], healthyFraction: 0.25 },
    { votes: [true, true, false], healthyFraction: 1 },
  ])('of an endpoint is what most edges say: $votes', ({ votes, healthyFraction }) => {
    const estimate = seenHealth(Object.fromEntries(votes.map((up, index) => [['a', 'b', 'c'][index]!, { 1: up }])));
    expect(estimate.origins[0]).toMatchObject({ healthyFraction, rate: 400 * healthyFraction });
  });

  it('is not believed when too old', () => {
    const verdicts = { a: { 1: false, 2: false } };
    expect(eligibilities(seenHealth(verdicts, { ageMs: TOO_OLD_MS - 1 }))[0]).toBe('unhealthy');
    expect(eligibilities(seenHealth(verdicts, { ageMs: TOO_OLD_MS }))[0]).toBe('eligible');
  });

  it('never outvotes operators', () => {
    for (const state of ['draining', 'disabled'] as const) {
      const origins = [anOrigin('east', { state })];
      const estimate = estimateObservation(
        { ...HEALTH_WORLD, origins },
        anObservation(0, []),
        EMPTY_MEMORY,
        settings,
        false,
      );
      expect(eligibilities(estimate)[0]).toBe(state);
    }
  });

  it.each([{ dialPercent: 0 }, { maxRate: 0 }])('does not matter where operators dialled out: %o', (limit) => {
    const reference = { origin: originName('east'), dialPercent: 100, tier: 0, ...limit };
    const loadBalancers = [aLoadBalancer('shop', [reference])];
    const estimate = estimateObservation(
      { ...HEALTH_WORLD, loadBalancers },
      anObservation(0, []),
      EMPTY_MEMORY,
      settings,
      false,
    );
    expect(eligibilities(estimate)[0]).toBe('dialled-out');
  });

  it('is none where no endpoint has weight', () => {
    const origins = [anOrigin('east', { endpoints: [{ address: '192.0.2.1', weight: 0 }], capacity: { rate: 9 } })];
    const estimate = estimateObservation(
      { ...HEALTH_WORLD, origins },
      anObservation(0, []),
      EMPTY_MEMORY,
      settings,
      false,
    );
    expect(eligibilities(estimate)[0]).toBe('disabled');
    expect(estimate.origins[0]).toMatchObject({ healthyFraction: 0, rate: 0 });
  });
});

describe('load', () => {
  const load = (edge: string, ratePerSecond: number, ageMs = 0): SeenPair => ({
    edge,
    ageMs,
    origins: { east: { load: ratePerSecond } },
  });

  it('of an origin is summed over edges; what is old or no rate is left out, and unknown where nothing is left', () => {
    const world = { ...configuration, edges: ['a', 'b', 'c', 'd', 'e'].map((edge) => anEdge(edge)) };
    const seen = [load('a', 10), load('b', 20), load('c', 40, TOO_OLD_MS), load('d', Number.NaN), load('e', -1)];
    const estimate = estimateObservation(world, anObservation(0, seen), EMPTY_MEMORY, settings, false);
    expect(estimate.origins.map(({ measuredLoad }) => measuredLoad)).toEqual([30, null]);
    expect(estimate.unusableFigures).toBe(2);
  });

  it('of an edge or an origin that is not configured is nobody’s', () => {
    const seen = [load('gone', 10), { edge: 'a', origins: { gone: { load: 5 }, east: { load: 7 } } }];
    expect(estimated(seen).origins.map(({ measuredLoad }) => measuredLoad)).toEqual([7, null]);
  });
});

describe('a capacity that is to be learnt', () => {
  const world = {
    ...configuration,
    origins: [anOrigin('east', { utilization: { query: 'busy' } }), anOrigin('west')],
  };
  const seen = [{ edge: 'a', origins: { east: { load: 90 } } }];

  function learning(
    utilization: number,
    memory = EMPTY_MEMORY,
    { ageMs = 0, takenAtMs = 0, isUrgent = false } = {},
  ): Estimate {
    const observation = anObservation(takenAtMs, seen, { east: utilization });
    const utilizations = observation.utilizations.map((sample) => ({ ...sample, ageMs }));
    return estimateObservation(world, { ...observation, utilizations }, memory, settings, isUrgent);
  }

  it('is unlimited until something tells, and that is told', () => {
    const estimate = learning(0.01);
    expect(estimate.origins[0]).toMatchObject({ wholeRate: null, rate: null });
    expect(estimate.unlearntOrigins).toEqual(['east']);
  });

  it('is learnt, and remembered when nothing tells', () => {
    const first = learning(0.3);
    expect(first.origins[0]).toMatchObject({ wholeRate: 300, rate: 300 });
    expect(first.unlearntOrigins).toEqual([]);
    expect(learning(Number.NaN, first.memory).origins[0]).toMatchObject({ rate: 300 });
    expect(learning(0.9, first.memory, { ageMs: TOO_OLD_MS }).origins[0]).toMatchObject({ rate: 300 });
  });

  it('is not learnt while an edge is silent, since what the origin serves is not known then', () => {
    const takenAtMs = TOO_OLD_MS;
    expect(learning(0.3, heard('b', 'c'), { takenAtMs }).unlearntOrigins).toEqual(['east']);
    expect(learning(0.3, heard('a'), { takenAtMs }).unlearntOrigins).toEqual([]);
  });

  it('is not learnt in an urgent cycle', () => {
    expect(learning(0.3, EMPTY_MEMORY, { isUrgent: true }).unlearntOrigins).toEqual(['east']);
    const { memory } = learning(0.3);
    expect(learning(0.9, memory, { isUrgent: true }).origins[0]).toMatchObject({ rate: 300 });
  });
});

describe('how long connections last', () => {
  const seen = (load: number, activeConnections: number): readonly SeenPair[] => [
    { edge: 'a', origins: { east: { load, activeConnections } } },
    { edge: 'b', origins: { east: { load, activeConnections } }, demand: 1 },
  ];

  it('is learnt over all edges, and remembered when nothing is measured', () => {
    const first = estimated(seen(10, 300));
    const route = { loadBalancer: 'shop', origin: 'east' };
    const known = [{ ...route, seconds: 30, activeConnections: 600, edges: 2, measuredAtMs: 0 }];
    expect(first.connectionTimes).toEqual(known);
    expect(estimated([], first.memory).connectionTimes).toEqual(known);
  });

  it('is told from what left since, and not in an urgent cycle', () => {
    const { memory } = estimated(seen(10, 300));
    const later = (isUrgent: boolean) => {
      const observation = anObservation(settings.cycleMs, seen(20, 375));
      return estimateObservation(configuration, observation, memory, settings, isUrgent).connectionTimes[0];
    };
    expect(later(false)).toMatchObject({ seconds: 0.8 * 30 + 0.2 * 25, activeConnections: 750 });
    expect(later(true)).toEqual(memory.connectionTimes[0]);
  });

  it('is unknown where nothing came yet', () => {
    expect(estimated(seen(0, 0)).connectionTimes).toEqual([]);
  });

  it('is forgotten with the origin', () => {
    const { memory } = estimated(seen(10, 300));
    const world = { ...configuration, loadBalancers: [aLoadBalancer('shop', ['west'])] };
    expect(estimateObservation(world, anObservation(0, []), memory, settings, false).connectionTimes).toEqual([]);
  });
});

describe('figures that make no sense', () => {
  it('are counted', () => {
    const seen = [
      { edge: 'a', demand: -1, origins: { east: { rttMs: Number.NaN, load: Infinity }, west: { load: 1 } } },
    ];
    expect(estimated(seen).unusableFigures).toBe(3);
  });
});
