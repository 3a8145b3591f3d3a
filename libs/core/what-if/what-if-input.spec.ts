import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { type CycleInput, decide, INITIAL_CYCLE_STATE } from '../decide.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { Plan } from '../plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import type { WhatIfChanges } from './what-if-changes.js';
import { whatIfInput } from './what-if-input.js';
import { whatIfViolations } from './what-if-violations.js';

const solver = new LinearProgramSolver();
const [ams, lax, sin] = [edgeName('ams-1'), edgeName('lax-1'), edgeName('sin-1')];
const [shop, api] = [loadBalancerName('shop'), loadBalancerName('api')];
const [eu, us, spare] = [originName('eu'), originName('us'), originName('spare')];

const WAYS = {
  [ams]: { eu: 5, us: 80 },
  [lax]: { eu: 140, us: 10 },
  [sin]: { eu: 160, us: 170 },
};

/** Two load balancers on three edges; `api` alone probes the spare origin. Demand of `shop` is 300, 100 and 0. */
function seen(takenAtMs: number) {
  const demands: Readonly<Record<string, number>> = { [ams]: 300, [lax]: 100, [sin]: 0 };
  return anObservation(
    takenAtMs,
    Object.entries(WAYS).flatMap(([edge, rtts]) => {
      const origins = Object.fromEntries(
        Object.entries(rtts).map(([origin, rttMs]) => [origin, { rttMs, isUp: true, load: 10 }]),
      );
      const demand = demands[edge] ?? 0;
      return [
        { edge, loadBalancer: 'api', demand: 10, origins: { ...origins, spare: { rttMs: 30, isUp: true, load: 1 } } },
        { edge, loadBalancer: 'shop', demand, origins },
      ];
    }),
  );
}

/** The input of the newest of a few quiet cycles. */
function newest(): CycleInput {
  const configuration = aConfiguration({
    edges: [ams, lax, sin].map((name) => anEdge(name)),
    origins: [
      anOrigin('eu', { capacity: { rate: 1_000, connections: 50_000 } }),
      anOrigin('spare', { utilization: { query: 'busy' } }),
      anOrigin('us', { capacity: { rate: 1_000 } }),
    ],
    loadBalancers: [
      aLoadBalancer('api', ['eu', 'spare', 'us'], { policy: aPolicy({ mode: 'manual', manualShares: { [eu]: 100 } }) }),
      aLoadBalancer('shop', ['eu', aReference('us', { maxRate: 900 })]),
    ],
  });
  let input: CycleInput = {
    configuration,
    observation: seen(0),
    previous: INITIAL_CYCLE_STATE,
    settings,
    isUrgent: true,
  };
  for (let cycle = 1; cycle < 3; cycle += 1) {
    const previous = decide({ ...input, isUrgent: false }, solver).state;
    input = { ...input, observation: seen(cycle * settings.cycleMs), previous };
  }
  return input;
}

const BASE = newest();

function supposed(changes: WhatIfChanges, base = BASE): Plan {
  expect(whatIfViolations(base.configuration, changes)).toEqual([]);
  const { plan } = decide(whatIfInput(base, changes), solver).state;
  return plan!;
}

function pairOf(plan: Plan, edge: string, loadBalancer = 'shop') {
  return plan.pairs.find((pair) => pair.edge === edge && pair.loadBalancer === loadBalancer);
}

function share(plan: Plan, edge: string, origin: string, loadBalancer = 'shop'): number | undefined {
  return pairOf(plan, edge, loadBalancer)?.shares.find((decision) => decision.origin === origin)?.share;
}

function demands(plan: Plan, loadBalancer = 'shop'): Readonly<Record<string, number>> {
  const pairs = plan.pairs.filter((pair) => pair.loadBalancer === loadBalancer);
  return Object.fromEntries(pairs.map((pair) => [pair.edge, Number(pair.demand.toFixed(6))]));
}

describe('whatIfInput', () => {
  it('changes no share when nothing is supposed', () => {
    const now = decide({ ...BASE, isUrgent: false }, solver).state.plan!;
    const then = supposed({});
    expect(then.pairs.map(({ shares, demand }) => [demand, shares.map((decision) => decision.share)])).toEqual(
      now.pairs.map(({ shares, demand }) => [demand, shares.map((decision) => decision.share)]),
    );
  });

  describe('origins', () => {
    it('shows where shares settle with another capacity, not the next step there', () => {
      const plan = supposed({ origins: [{ origin: eu, capacityRate: 110 }] });
      // 10/s of each edge's api are set by hand; 80 are left for shop.
      expect(share(plan, ams, 'us')).toBeGreaterThan(0.7);
      expect(plan.origins.find(({ origin }) => origin === eu)).toMatchObject({ capacity: 110 });
    });

    it.each([
      { capacityRate: 0, capacity: 0 },
      { capacityRate: null, capacity: null },
    ])('takes a capacity of $capacityRate literally', ({ capacityRate, capacity }) => {
      const plan = supposed({ origins: [{ origin: us, capacityRate }] });
      expect(plan.origins.find(({ origin }) => origin === us)?.capacity).toBe(capacity);
    });

    it('puts a declared capacity in place of a learnt one', () => {
      const { configuration } = whatIfInput(BASE, { origins: [{ origin: spare, capacityRate: 7 }] });
      const changed = configuration.origins.find(({ name }) => name === spare);
      expect(changed).toMatchObject({ capacity: { rate: 7 } });
      expect(changed?.utilization).toBeUndefined();
    });

    it('keeps what is not changed', () => {
      const { configuration } = whatIfInput(BASE, { origins: [{ origin: eu, capacityRate: 7 }] });
      expect(configuration.origins.find(({ name }) => name === eu)?.capacity).toEqual({ rate: 7, connections: 50_000 });
    });

    it('drains', () => {
      const plan = supposed({ origins: [{ origin: eu, state: 'draining' }] });
      expect(share(plan, ams, 'eu')).toBe(0);
      expect(share(plan, ams, 'us')).toBe(1);
    });

    it('removes from every load balancer', () => {
      const changes: WhatIfChanges = {
        origins: [{ origin: eu, isRemoved: true }],
        loadBalancers: [{ loadBalancer: api, policy: { mode: 'automatic' } }],
      };
      const plan = supposed(changes);
      expect(pairOf(plan, ams)?.shares.map(({ origin }) => origin)).toEqual(['us']);
      expect(pairOf(plan, ams, 'api')?.shares.map(({ origin }) => origin)).toEqual(['spare', 'us']);
    });
  });

  describe('load balancers', () => {
    it('patches the policy', () => {
      const plan = supposed({
        loadBalancers: [{ loadBalancer: shop, policy: { mode: 'manual', manualShares: { [eu]: 25, [us]: 75 } } }],
      });
      expect(share(plan, ams, 'eu')).toBe(0.25);
    });

    it('moves whole shares of automatic load balancers, and leaves manual ones alone', () => {
      const { configuration } = whatIfInput(BASE, {
        loadBalancers: [{ loadBalancer: shop, policy: { maxShiftPercent: 5 } }],
      });
      expect(configuration.loadBalancers.map(({ policy }) => policy.maxShiftPercent)).toEqual([2, 100]);
    });

    it('does not unfreeze', () => {
      const plan = supposed({
        loadBalancers: [{ loadBalancer: shop, policy: { frozen: true } }],
        origins: [{ origin: eu, capacityRate: 10 }],
      });
      expect(share(plan, ams, 'eu')).toBe(1);
    });

    it('changes how an origin is used', () => {
      const plan = supposed({ loadBalancers: [{ loadBalancer: shop, references: [{ origin: eu, dialPercent: 0 }] }] });
      expect(share(plan, ams, 'us')).toBe(1);
    });

    it('lifts a limit with null', () => {
      const { configuration } = whatIfInput(BASE, {
        loadBalancers: [{ loadBalancer: shop, references: [{ origin: us, maxRate: null, tier: 1 }] }],
      });
      const reference = configuration.loadBalancers[1]?.origins.find(({ origin }) => origin === us);
      expect(reference).toEqual(aReference('us', { tier: 1 }));
    });

    it('reckons an origin that joins with what other load balancers measured on the way', () => {
      const plan = supposed({ loadBalancers: [{ loadBalancer: shop, addedOrigins: [aReference('spare')] }] });
      const joined = pairOf(plan, sin)?.shares.find(({ origin }) => origin === spare);
      expect(joined).toMatchObject({ rttMs: 30, share: 1 });
    });

    it('takes an origin out', () => {
      const plan = supposed({ loadBalancers: [{ loadBalancer: shop, removedOrigins: [eu] }] });
      expect(pairOf(plan, ams)?.shares.map(({ origin, share: part }) => [origin, part])).toEqual([['us', 1]]);
    });
  });

  describe('demand', () => {
    it.each<{ case: string; demand: WhatIfChanges['demand']; expected: Readonly<Record<string, number>> }>([
      {
        case: 'a factor for everything',
        demand: [{ change: { type: 'factor', factor: 3 } }],
        expected: { [ams]: 900, [lax]: 300, [sin]: 0 },
      },
      {
        case: 'a factor for one edge',
        demand: [{ edge: lax, change: { type: 'factor', factor: 0 } }],
        expected: { [ams]: 300, [lax]: 0, [sin]: 0 },
      },
      {
        case: 'a rate for a load balancer, in proportion',
        demand: [{ loadBalancer: shop, change: { type: 'rate', ratePerSecond: 800 } }],
        expected: { [ams]: 600, [lax]: 200, [sin]: 0 },
      },
      {
        case: 'a rate for one pair',
        demand: [{ loadBalancer: shop, edge: sin, change: { type: 'rate', ratePerSecond: 50 } }],
        expected: { [ams]: 300, [lax]: 100, [sin]: 50 },
      },
      {
        case: 'a rate spread evenly where there is no demand now',
        demand: [
          { loadBalancer: shop, change: { type: 'factor', factor: 0 } },
          { loadBalancer: shop, change: { type: 'rate', ratePerSecond: 90 } },
        ],
        expected: { [ams]: 30, [lax]: 30, [sin]: 30 },
      },
    ])('applies $case at once, unsmoothed', ({ demand, expected }) => {
      expect(demands(supposed({ demand }))).toEqual(expected);
    });

    it('leaves other load balancers alone', () => {
      const plan = supposed({ demand: [{ loadBalancer: shop, change: { type: 'factor', factor: 2 } }] });
      expect(demands(plan, 'api')).toEqual({ [ams]: 10, [lax]: 10, [sin]: 10 });
    });

    it('takes an edge of which nothing is known to be heard of', () => {
      const observation = { ...BASE.observation, edges: BASE.observation.edges.filter(({ edge }) => edge !== sin) };
      const memory = { ...BASE.previous.memory, pairs: BASE.previous.memory.pairs.filter(({ edge }) => edge !== sin) };
      const base = { ...BASE, observation, previous: { plan: null, memory } };
      const plan = supposed(
        { demand: [{ loadBalancer: shop, edge: sin, change: { type: 'rate', ratePerSecond: 40 } }] },
        base,
      );
      expect(demands(plan)).toMatchObject({ [sin]: 40 });
    });
  });

  it('passes the state on as it is where only what operators declare is changed', () => {
    const changes: WhatIfChanges = {
      origins: [{ origin: eu, capacityRate: 5 }],
      edges: [{ edge: ams, state: 'draining' }],
    };
    expect(whatIfInput(BASE, changes).previous).toBe(BASE.previous);
  });

  it('takes an edge that fell silent to be heard of once its demand is supposed', () => {
    const edges = BASE.observation.edges.map((seenEdge) => ({
      ...seenEdge,
      ageMs: seenEdge.edge === ams ? 0 : 60_000,
    }));
    const base = { ...BASE, observation: { ...BASE.observation, edges } };
    const changes: WhatIfChanges = {
      demand: [lax, sin].map((edge) => ({ edge, change: { type: 'rate', ratePerSecond: 5 } })),
    };
    expect(supposed({}, base).notices.map(({ code }) => code)).toContain('mass-silence');
    expect(supposed(changes, base).notices.map(({ code }) => code)).not.toContain('mass-silence');
  });

  describe('edges', () => {
    it('spreads the demand of a lost edge over the others in proportion', () => {
      const plan = supposed({ edges: [{ edge: lax, isLost: true }] });
      expect(demands(plan)).toEqual({ [ams]: 400, [sin]: 0 });
      expect(demands(plan, 'api')).toEqual({ [ams]: 15, [sin]: 15 });
    });

    it('moves the demand of a lost edge where it is said to go', () => {
      const plan = supposed({ edges: [{ edge: ams, isLost: true, demandGoesTo: [sin] }] });
      expect(demands(plan)).toEqual({ [lax]: 100, [sin]: 300 });
    });

    it('loses no demand when several edges are lost', () => {
      const plan = supposed({ edges: [ams, lax].map((edge) => ({ edge, isLost: true })) });
      expect(demands(plan)).toEqual({ [sin]: 400 });
      expect(plan.notices.map(({ code }) => code)).not.toContain('mass-silence');
    });

    it('changes demand before it moves', () => {
      const plan = supposed({
        edges: [{ edge: lax, isLost: true, demandGoesTo: [sin] }],
        demand: [{ edge: lax, change: { type: 'factor', factor: 2 } }],
      });
      expect(demands(plan)).toEqual({ [ams]: 300, [sin]: 200 });
    });

    it('changes the state', () => {
      const { configuration } = whatIfInput(BASE, { edges: [{ edge: lax, state: 'draining' }] });
      expect(configuration.edges.map(({ state }) => state)).toEqual(['active', 'draining', 'active']);
    });
  });

  it('takes a supposed latency for known', () => {
    const plan = supposed({ rtts: [{ edge: ams, origin: us, rttMs: 1 }] });
    expect(share(plan, ams, 'us')).toBe(1);
    expect(pairOf(plan, ams)?.shares.find(({ origin }) => origin === us)?.rttMs).toBe(1);
    expect(pairOf(plan, ams, 'api')?.shares.find(({ origin }) => origin === us)?.rttMs).toBe(1);
    expect(pairOf(plan, lax)?.shares.find(({ origin }) => origin === us)?.rttMs).toBe(10);
  });

  it('leaves no measurement that says otherwise', () => {
    const { observation } = whatIfInput(BASE, { rtts: [{ edge: ams, origin: us, rttMs: 1 }] });
    const seenRtts = observation.edges.flatMap(({ edge, loadBalancers }) =>
      loadBalancers.flatMap(({ origins }) =>
        origins.filter(({ origin }) => origin === us).map(({ rttMs }) => [edge, rttMs]),
      ),
    );
    expect(seenRtts).toEqual([
      [ams, 1],
      [ams, 1],
      [lax, 10],
      [lax, 10],
      [sin, 170],
      [sin, 170],
    ]);
  });

  it('takes a lost edge for gone, not for silent', () => {
    const later = { ...BASE.observation, takenAtMs: BASE.observation.takenAtMs + 60_000 };
    const edges = later.edges.filter(({ edge }) => edge === ams);
    const base = { ...BASE, observation: { ...later, edges } };
    expect(supposed({}, base).notices).toContainEqual({ code: 'mass-silence', silentEdges: [lax, sin] });
    const plan = supposed({ edges: [lax, sin].map((edge) => ({ edge, isLost: true })) }, base);
    expect(plan.notices.map(({ code }) => code)).not.toContain('mass-silence');
  });

  it('supposes an ordinary cycle', () => {
    expect(BASE.isUrgent).toBe(true);
    expect(whatIfInput(BASE, {}).isUrgent).toBe(false);
  });

  it('touches neither the newest input nor the changes, and always can be decided', () => {
    const edge = fc.constantFrom(ams, lax, sin);
    const origin = fc.constantFrom(eu, us);
    const rate = fc.constantFrom(0, 1, 250, 1e6);
    const changes: fc.Arbitrary<WhatIfChanges> = fc.record(
      {
        origins: fc.array(
          fc.record({
            origin,
            capacityRate: fc.option(rate),
            state: fc.constantFrom('active', 'draining', 'disabled'),
          }),
          { maxLength: 2 },
        ),
        loadBalancers: fc.constantFrom(
          [{ loadBalancer: shop, policy: { maxLatencyMs: 50 }, references: [{ origin: us, maxRate: null }] }],
          [{ loadBalancer: shop, addedOrigins: [aReference('spare')], removedOrigins: [eu] }],
        ),
        edges: fc.array(fc.record({ edge: fc.constantFrom(ams, lax), isLost: fc.boolean() }), { maxLength: 2 }),
        demand: fc.array(
          fc.record({
            edge,
            change: fc.oneof(
              rate.map((factor) => ({ type: 'factor' as const, factor })),
              rate.map((ratePerSecond) => ({ type: 'rate' as const, ratePerSecond })),
            ),
          }),
          { maxLength: 3 },
        ),
        rtts: fc.array(fc.record({ edge, origin, rttMs: fc.constantFrom(0, 20, 300) }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    );
    const [base, copy] = [frozenCopy(BASE), structuredClone(BASE)];
    fc.assert(
      fc.property(changes, (some) => {
        const unchanged = structuredClone(some);
        const decision = decide(whatIfInput(base, frozenCopy(some)), solver);
        expect(decision.outcome.kind).toBe('planned');
        expect(base).toEqual(copy);
        expect(some).toEqual(unchanged);
      }),
      { numRuns: 150 },
    );
  });
});

/** A copy that throws when it is written to. */
function frozenCopy<T>(value: T): T {
  return freeze(structuredClone(value));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}
