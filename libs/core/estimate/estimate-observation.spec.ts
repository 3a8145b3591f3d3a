import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { anObservation, type SeenPair } from '#testkit/observation-builders.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { Observation } from '../observe/observation.js';
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
  return estimateObservation(configuration, anObservation(takenAtMs, seen), memory, settings);
}

function pairOf(estimate: Estimate, edge = 'a') {
  return estimate.pairs.find((pair) => pair.edge === edge)!;
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

describe('demand', () => {
  const known: EstimateMemory = { ...EMPTY_MEMORY, demands: { 'shop/a': 100 }, lastHeardMs: { a: 0 } };

  it.each([
    { case: 'is believed at first sight', memory: EMPTY_MEMORY, seen: 200, demand: 200, isStale: false },
    { case: 'follows a rise fast', memory: known, seen: 200, demand: 180, isStale: false },
    { case: 'follows a fall slowly', memory: known, seen: 0, demand: 60, isStale: false },
    { case: 'stays, stale, when nothing is measured', memory: known, seen: undefined, demand: 100, isStale: true },
    { case: 'is 0, stale, when it never was', memory: EMPTY_MEMORY, seen: undefined, demand: 0, isStale: true },
    { case: 'ignores NaN', memory: known, seen: Number.NaN, demand: 100, isStale: true },
    { case: 'ignores the negative', memory: known, seen: -1, demand: 100, isStale: true },
    { case: 'ignores the infinite', memory: known, seen: Infinity, demand: 100, isStale: true },
  ])('$case', ({ memory, seen, demand, isStale }) => {
    const estimate = estimated([{ edge: 'a', ...(seen !== undefined && { demand: seen }) }], memory);
    expect(pairOf(estimate)).toMatchObject({ demand, isStale });
    expect(estimate.memory.demands['shop/a'] ?? 0).toBe(demand);
  });

  it('is used up to three cycles of age, and then stale', () => {
    const pair = (ageMs: number) => pairOf(estimated([{ edge: 'a', demand: 200, ageMs }], known));
    expect(pair(TOO_OLD_MS - 1)).toMatchObject({ demand: 180, isStale: false });
    expect(pair(TOO_OLD_MS)).toMatchObject({ demand: 100, isStale: true });
  });

  it('is forgotten with its load balancer or edge', () => {
    const demands = { 'shop/gone': 5, 'gone/a': 5, 'shop/a': 5 };
    const memory = { ...EMPTY_MEMORY, demands, lastHeardMs: { a: 0, gone: 0 } };
    expect(estimated([], memory).memory.demands).toEqual({ 'shop/a': 5 });
  });

  it('counts for twenty cycles after its edge fell silent, since its users go to other edges', () => {
    const memoryMs = settings.cycleMs * settings.demandMemoryCycles;
    const demandAt = (ms: number) => pairOf(estimated([{ edge: 'b', demand: 1 }], known, ms)).demand;
    expect(demandAt(memoryMs)).toBe(100);
    expect(demandAt(memoryMs + 1)).toBe(0);
  });
});

describe('RTT', () => {
  const rtts = (estimate: Estimate) => pairOf(estimate).arcs.map(({ rttMs, rttSource }) => [rttSource, rttMs]);

  it('is the measured one, and remembered when it is no longer measured', () => {
    const first = estimated([{ edge: 'a', origins: { east: { rttMs: 83 }, west: { rttMs: 12 } } }]);
    const measured = [
      ['measured', 83],
      ['measured', 12],
    ];
    expect(rtts(first)).toEqual(measured);
    expect(rtts(estimated([], first.memory))).toEqual(measured);
  });

  it('comes from the distance when never measured, and is far when not even that is known', () => {
    const [east, west] = rtts(estimated([]));
    expect(east?.[0]).toBe('distance');
    expect(east?.[1]).toBeGreaterThan(70);
    expect(east?.[1]).toBeLessThan(100);
    expect(west).toEqual(['assumed', 200]);
  });

  it('does not remember what it only reckoned', () => {
    expect(estimated([]).memory.rttsMs).toEqual({});
  });

  it('ignores what is no time', () => {
    const seen = [{ edge: 'a', origins: { east: { rttMs: Number.NaN }, west: { rttMs: -3 } } }];
    expect(rtts(estimated(seen)).map(([source]) => source)).toEqual(['distance', 'assumed']);
  });
});

describe('silence', () => {
  const heard = (...edges: readonly string[]): EstimateMemory => ({
    ...EMPTY_MEMORY,
    lastHeardMs: Object.fromEntries(edges.map((edge) => [edge, 0])),
  });
  const fresh = (...edges: readonly string[]) => edges.map((edge) => ({ edge, demand: 1 }));

  it.each([
    { case: 'nobody ever spoke', memory: EMPTY_MEMORY, seen: [], silent: [], isMassSilence: false },
    { case: 'everybody speaks', memory: EMPTY_MEMORY, seen: fresh('a', 'b', 'c'), silent: [], isMassSilence: false },
    { case: 'one of three', memory: heard('a', 'b', 'c'), seen: fresh('a', 'b'), silent: ['c'], isMassSilence: false },
    { case: 'one of two', memory: heard('a', 'b'), seen: fresh('a'), silent: ['b'], isMassSilence: false },
    { case: 'two of three', memory: heard('a', 'b', 'c'), seen: fresh('a'), silent: ['b', 'c'], isMassSilence: true },
    { case: 'the only one', memory: heard('a'), seen: [], silent: ['a'], isMassSilence: true },
  ])('of $case', ({ memory, seen, silent, isMassSilence }) => {
    const estimate = estimated(seen, memory, TOO_OLD_MS);
    expect(estimate).toMatchObject({ silentEdges: silent, isMassSilence });
  });

  it('of most edges makes every pair stale, also those that spoke', () => {
    const estimate = estimated(fresh('a'), heard('a', 'b', 'c'), TOO_OLD_MS);
    expect(estimate.pairs.map((pair) => pair.isStale)).toEqual([true, true, true]);
  });

  it('is not missed of edges that operators took out of use', () => {
    const edges = [anEdge('a'), anEdge('b', { state: 'disabled' }), anEdge('c', { state: 'draining' })];
    const observation = anObservation(TOO_OLD_MS, fresh('a'));
    const estimate = estimateObservation({ ...configuration, edges }, observation, heard('a', 'b', 'c'), settings);
    expect(estimate).toMatchObject({ silentEdges: [], isMassSilence: false });
  });

  it('is missed for an hour', () => {
    const silentAt = (ms: number) => estimated(fresh('a'), heard('a', 'b'), ms).silentEdges;
    expect(silentAt(settings.edgeMemoryMs)).toEqual(['b']);
    expect(silentAt(settings.edgeMemoryMs + 1)).toEqual([]);
  });
});

describe('health', () => {
  const endpoints = [
    { address: '192.0.2.1', weight: 3 },
    { address: '192.0.2.2', weight: 1 },
  ];
  const world = aConfiguration({
    loadBalancers: [aLoadBalancer('shop', ['east'])],
    origins: [anOrigin('east', { endpoints, capacity: { rate: 400 } })],
    edges: ['a', 'b', 'c'].map((edge) => anEdge(edge)),
  });

  /** Verdicts as `[edge, endpoint, is up]`. */
  function seenHealth(verdicts: readonly (readonly [string, number, boolean])[], ageMs = 0): Estimate {
    const observation: Observation = {
      ...anObservation(0, []),
      health: verdicts.map(([edge, endpoint, up]) => ({
        loadBalancer: loadBalancerName('shop'),
        edge: edgeName(edge),
        origin: originName('east'),
        endpoint: `192.0.2.${endpoint}`,
        up,
        ageMs,
      })),
    };
    return estimateObservation(world, observation, EMPTY_MEMORY, settings);
  }
  const eligibilities = (estimate: Estimate) => estimate.pairs.map(({ arcs }) => arcs[0]?.eligibility);

  it('is taken for granted where nobody probed', () => {
    const estimate = seenHealth([]);
    expect(eligibilities(estimate)).toEqual(['eligible', 'eligible', 'eligible']);
    expect(estimate.origins[0]).toMatchObject({ declaredRate: 400, capacity: 400, healthyFraction: 1 });
  });

  it('is each edge its own: down from one, up from the others', () => {
    const estimate = seenHealth([
      ['a', 1, false],
      ['a', 2, false],
    ]);
    expect(eligibilities(estimate)).toEqual(['unhealthy', 'eligible', 'eligible']);
  });

  it('of one endpoint is enough to serve', () => {
    expect(eligibilities(seenHealth([['a', 1, false]]))[0]).toBe('eligible');
  });

  it.each([
    { votes: [true, false], healthyFraction: 1 },
    { votes: [false, false], healthyFraction: 0.25 },
    { votes: [true, false, false], healthyFraction: 0.25 },
    { votes: [true, true, false], healthyFraction: 1 },
  ])('of an endpoint is what most edges say: $votes', ({ votes, healthyFraction }) => {
    const estimate = seenHealth(votes.map((up, index) => [['a', 'b', 'c'][index]!, 1, up] as const));
    expect(estimate.origins[0]).toMatchObject({ healthyFraction, capacity: 400 * healthyFraction });
  });

  it('is not believed when too old', () => {
    const verdicts = [
      ['a', 1, false],
      ['a', 2, false],
    ] as const;
    expect(eligibilities(seenHealth(verdicts, TOO_OLD_MS - 1))[0]).toBe('unhealthy');
    expect(eligibilities(seenHealth(verdicts, TOO_OLD_MS))[0]).toBe('eligible');
  });

  it('never outvotes operators', () => {
    for (const state of ['draining', 'disabled'] as const) {
      const origins = [anOrigin('east', { state })];
      const estimate = estimateObservation({ ...world, origins }, anObservation(0, []), EMPTY_MEMORY, settings);
      expect(eligibilities(estimate)[0]).toBe(state);
    }
  });

  it.each([{ dialPercent: 0 }, { maxRate: 0 }])('does not matter where operators dialled out: %o', (limit) => {
    const reference = { origin: originName('east'), dialPercent: 100, tier: 0, ...limit };
    const loadBalancers = [aLoadBalancer('shop', [reference])];
    const estimate = estimateObservation({ ...world, loadBalancers }, anObservation(0, []), EMPTY_MEMORY, settings);
    expect(eligibilities(estimate)[0]).toBe('dialled-out');
  });

  it('is none where no endpoint has weight', () => {
    const origins = [anOrigin('east', { endpoints: [{ address: '192.0.2.1', weight: 0 }], capacity: { rate: 9 } })];
    const estimate = estimateObservation({ ...world, origins }, anObservation(0, []), EMPTY_MEMORY, settings);
    expect(eligibilities(estimate)[0]).toBe('disabled');
    expect(estimate.origins[0]).toMatchObject({ healthyFraction: 0, capacity: 0 });
  });
});

describe('load', () => {
  it('of an origin is summed over edges; what is old or no rate is left out', () => {
    const load = (edge: string, ratePerSecond: number, ageMs = 0) => ({
      loadBalancer: loadBalancerName('shop'),
      edge: edgeName(edge),
      origin: originName('east'),
      ratePerSecond,
      ageMs,
    });
    const observation = {
      ...anObservation(0, []),
      loads: [load('a', 10), load('b', 20), load('c', 40, TOO_OLD_MS), load('c', Number.NaN), load('c', -1)],
    };
    const { origins } = estimateObservation(configuration, observation, EMPTY_MEMORY, settings);
    expect(origins.map(({ measuredLoad }) => measuredLoad)).toEqual([30, 0]);
  });
});
