import { describe, expect, it } from 'vitest';
import { eligibilities, HEALTH_ENDPOINTS, HEALTH_WORLD, seenHealth } from '#testkit/health-world.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { anObservation, type SeenPair } from '#testkit/observation-builders.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { EMPTY_MEMORY, type Estimate, type EstimateMemory } from './estimate.js';
import { ArcMemoryReader, NO_ARC_MEMORIES } from './arc-memories.js';
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

/** A demand of the only load balancer that was known exactly when its edge spoke at 0 ms. */
function knownDemand(edge: string, level: number): EstimateMemory {
  const pair = { loadBalancer: loadBalancerName('shop'), edge: edgeName(edge), ...NO_ARC_MEMORIES };
  return { ...heard(edge), pairs: [{ ...pair, demand: { level, bias: 0, error: 0, samples: 20 } }] };
}

describe('demand', () => {
  const known = knownDemand('a', 100);

  it.each([
    { case: 'is believed at first sight', memory: EMPTY_MEMORY, seen: 200, demand: 200, isStale: false },
    { case: 'follows a rise fast', memory: known, seen: 200, demand: 180, isStale: false },
    { case: 'follows a fall slowly', memory: known, seen: 0, demand: 60, isStale: false },
    { case: 'stays, stale, when nothing is measured', memory: known, seen: undefined, demand: 100, isStale: true },
    { case: 'is 0, stale, when it never was', memory: EMPTY_MEMORY, seen: undefined, demand: 0, isStale: true },
    { case: 'ignores NaN', memory: known, seen: Number.NaN, demand: 100, isStale: true },
    { case: 'ignores the negative', memory: known, seen: -1, demand: 100, isStale: true },
    { case: 'ignores the infinite', memory: known, seen: Infinity, demand: 100, isStale: true },
    { case: 'ignores the absurd', memory: known, seen: 1e12, demand: 100, isStale: true },
  ])('$case', ({ memory, seen, demand, isStale }) => {
    const estimate = estimated([{ edge: 'a', ...(seen !== undefined && { demand: seen }) }], memory);
    expect(pairOf(estimate)).toMatchObject({ demand: expect.closeTo(demand, 9) as number, isStale });
    expect(estimate.memory.pairs[0]?.demand?.level ?? 0).toBeCloseTo(demand, 9);
  });

  it('is used up to three cycles of age, and then stale', () => {
    const pair = (ageMs: number) => pairOf(estimated([{ edge: 'a', demand: 200, ageMs }], known));
    expect(pair(TOO_OLD_MS - 1)).toMatchObject({ demand: 180, isStale: false });
    expect(pair(TOO_OLD_MS)).toMatchObject({ demand: 100, isStale: true });
  });

  it.each([
    { case: 'leaves what may be noise', seen: 119, demand: 100 },
    { case: 'follows a clear change', seen: 200, demand: 180 },
  ])('in an urgent cycle $case', ({ seen, demand }) => {
    const noisy = { level: 100, bias: 0, error: 5, samples: 20 };
    const memory = { ...known, pairs: known.pairs.map((pair) => ({ ...pair, demand: noisy })) };
    const observation = anObservation(0, [{ edge: 'a', demand: seen }]);
    const urgent = estimateObservation(configuration, observation, memory, settings, true);
    expect(pairOf(urgent).demand).toBeCloseTo(demand, 9);
    expect(urgent.memory.pairs[0]?.demand).toMatchObject({ bias: 0, error: 5, samples: 20 });
  });

  it('is told with how well it is known', () => {
    const noisy = { level: 100, bias: 0, error: 10, samples: 20 };
    const memory = { ...known, pairs: known.pairs.map((pair) => ({ ...pair, demand: noisy })) };
    expect(pairOf(estimated([], memory)).demandNoise).toBeGreaterThan(0);
    expect(pairOf(estimated([], known)).demandNoise).toBe(0);
    expect(pairOf(estimated([])).demandNoise).toBe(0);
  });

  it('is forgotten with its load balancer or edge', () => {
    const [pair] = known.pairs;
    const memory: EstimateMemory = {
      ...heard('a', 'gone'),
      pairs: [pair!, { ...pair!, edge: edgeName('gone') }, { ...pair!, loadBalancer: loadBalancerName('gone') }],
    };
    expect(estimated([], memory).memory.pairs).toEqual([pair]);
  });

  it.each([
    ['had withdrawn its addresses', 'active', true],
    ['operators are draining', 'draining', false],
    ['operators disabled', 'disabled', false],
  ] as const)('counts no longer once an edge falls silent that %s', (_name, state, hasWithdrawn) => {
    const { pairs } = knownDemand('a', 100);
    const edges = [{ edge: edgeName('a'), lastHeardMs: 0, ...(hasWithdrawn && { hasWithdrawn: true as const }) }];
    const departed = { ...configuration, edges: [anEdge('a', { state }), anEdge('b')] };
    const demand = (nowMs: number) =>
      pairOf(
        estimateObservation(departed, anObservation(nowMs, []), { ...EMPTY_MEMORY, edges, pairs }, settings, false),
      ).demand;
    expect([demand(TOO_OLD_MS - 1), demand(TOO_OLD_MS)]).toEqual([100, 0]);
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
    expect(estimated([]).memory.pairs).toEqual([]);
  });

  it('is remembered of an edge that has long been silent, since places do not move', () => {
    const seen = [{ edge: 'a', demand: 5, origins: { east: { rttMs: 83 } } }];
    const silentMs = settings.cycleMs * settings.demandMemoryCycles + 1;
    const later = estimated([], estimated(seen).memory, silentMs);
    expect(rtts(later)[0]).toEqual(['measured', 83]);
    expect(pairOf(later).demand).toBe(0);
  });

  it('is about what decisions reckoned with before while it changes within noise', () => {
    let { memory } = estimated([{ edge: 'a', origins: { east: { rttMs: 100 } } }]);
    for (let cycle = 0; cycle < 5; cycle += 1) {
      const later = estimated([{ edge: 'a', origins: { east: { rttMs: 104 } } }], memory);
      const [, rttMs] = rtts(later)[0]!;
      expect(rttMs).toBeLessThan(101.5);
      ({ memory } = later);
    }
  });

  it('of an urgent cycle is no news where one is known', () => {
    const first = estimated([{ edge: 'a', origins: { east: { rttMs: 100 } } }]);
    const seen = [{ edge: 'a', origins: { east: { rttMs: 10 }, west: { rttMs: 20 } } }];
    const urgent = estimateObservation(configuration, anObservation(0, seen), first.memory, settings, true);
    expect(rtts(urgent)).toEqual([
      ['measured', 100],
      ['measured', 20],
    ]);
    const rttOf = ({ memory }: Estimate) => new ArcMemoryReader(memory.pairs[0]).get(originName('east')).rtt;
    expect(rttOf(urgent)).toEqual(rttOf(first));
  });

  it('ignores what is no time', () => {
    const seen = [{ edge: 'a', origins: { east: { rttMs: Number.NaN }, west: { rttMs: -3 } } }];
    expect(rtts(estimated(seen)).map(([source]) => source)).toEqual(['distance', 'assumed']);
  });
});

describe('the verdict', () => {
  describe('of endpoints last seen dead', () => {
    const liveMs = settings.cycleMs * settings.demandMemoryCycles;
    const { memory } = seenHealth({ a: { 1: false, 2: false } });

    it.each([
      { case: 'counts while the edge is only briefly silent', takenAtMs: TOO_OLD_MS, isDead: true },
      { case: 'counts as long as the demand of the edge does', takenAtMs: liveMs, isDead: true },
      { case: 'does not count afterwards', takenAtMs: liveMs + 1, isDead: false },
    ])('$case', ({ takenAtMs, isDead }) => {
      const estimate = seenHealth({}, { memory, takenAtMs });
      expect(eligibilities(estimate)[0]).toBe(isDead ? 'unhealthy' : 'eligible');
      expect(estimate.origins[0]).toMatchObject(isDead ? { healthyFraction: 0, rate: 0 } : { healthyFraction: 1 });
      expect(estimate.memory.pairs).toHaveLength(isDead ? 1 : 0);
    });

    it('is one vote among those of the others', () => {
      const estimate = seenHealth({ b: { 1: true, 2: true }, c: { 1: true } }, { memory, takenAtMs: TOO_OLD_MS });
      expect(eligibilities(estimate)[0]).toBe('unhealthy');
      expect(estimate.origins[0]).toMatchObject({ healthyFraction: 1 });
    });

    it('yields to a fresh verdict, endpoint by endpoint', () => {
      const estimate = seenHealth({ a: { 1: true } }, { memory });
      expect(eligibilities(estimate)[0]).toBe('eligible');
      expect(estimate.memory.pairs[0]?.down).toEqual([{ origin: 'east', addresses: ['192.0.2.2'] }]);
      expect(estimate.origins[0]).toMatchObject({ healthyFraction: 0.75 });
    });

    it('is forgotten with the endpoint', () => {
      const moved = [{ address: '192.0.2.9', weight: 1 }, HEALTH_ENDPOINTS[1]!];
      const configuration = {
        ...HEALTH_WORLD,
        origins: [anOrigin('east', { endpoints: moved, capacity: { rate: 400 } })],
      };
      const estimate = seenHealth({}, { memory, configuration });
      expect(eligibilities(estimate)[0]).toBe('eligible');
      expect(estimate.memory.pairs[0]?.down).toEqual([{ origin: 'east', addresses: ['192.0.2.2'] }]);
      expect(estimate.origins[0]).toMatchObject({ healthyFraction: 0.5 });
    });

    it('is forgotten with the origin', () => {
      const loadBalancers = [aLoadBalancer('shop', ['west'])];
      const configuration = { ...HEALTH_WORLD, loadBalancers, origins: [...HEALTH_WORLD.origins, anOrigin('west')] };
      const estimate = seenHealth({}, { memory, configuration });
      expect(estimate.memory.pairs).toEqual([]);
      expect(estimate.origins[0]).toMatchObject({ healthyFraction: 1 });
    });
  });
});
