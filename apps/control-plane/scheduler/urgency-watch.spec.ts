import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import { ManualClock } from '#testkit/manual-clock.js';
import { aPairPlan, aPlan } from '#testkit/model-builders.js';
import { aReport } from './test-reports.js';
import { UrgencyWatch } from './urgency-watch.js';

const CYCLE_MS = 15_000;
const APART_MS = 5_000;
const CAPACITY = 100;

function outlook(origin: string, capacity: number | null): Plan['origins'][number] {
  return { origin: originName(origin), capacity, measuredLoad: 0, expectedLoad: 0, shadowPriceMs: null };
}

function pair(loadBalancer: string, edge: string, shares: Readonly<Record<string, number>>): Plan['pairs'][number] {
  return aPairPlan(shares, { loadBalancer: loadBalancerName(loadBalancer), edge: edgeName(edge) });
}

/** An origin of 100 connections per second and one without a limit. At fra, shop does not use the first. */
const PLAN = aPlan(
  [
    pair('blog', 'ams', { eu: 0, us: 1 }),
    pair('blog', 'fra', { eu: 0, us: 1 }),
    pair('shop', 'ams', { eu: 0.9, us: 0.1 }),
    pair('shop', 'fra', { eu: 0, us: 1 }),
  ],
  { origins: [outlook('eu', CAPACITY), outlook('us', null)] },
);

describe('UrgencyWatch', () => {
  let clock: ManualClock;
  let plan: Plan | null;
  let asked: number;
  let watch: UrgencyWatch;
  let counts: Record<string, number>;
  let sequence: number;

  beforeEach(() => {
    vi.useFakeTimers();
    clock = new ManualClock();
    plan = PLAN;
    asked = 0;
    counts = {};
    sequence = 0;
    watch = new UrgencyWatch(() => plan, clock, CYCLE_MS);
    watch.start(() => {
      asked += 1;
      watch.cycleBegan();
    });
  });

  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  function passMs(ms: number): void {
    clock.advance(ms);
    vi.advanceTimersByTime(ms);
  }

  /** Five seconds pass in which ams sent that many connections per second to each origin, and then it reports. */
  function report(rates: Readonly<Record<string, number>>): void {
    passMs(5_000);
    sequence += 1;
    for (const [origin, rate] of Object.entries(rates)) counts[origin] = (counts[origin] ?? 0) + 5 * rate;
    watch.record(aReport('ams', sequence, { shop: { ...counts } }));
  }

  /** One report a time; answers how often a cycle was asked for after each. */
  function askedAfter(loads: readonly number[]): readonly number[] {
    report({ eu: 0 });
    return loads.map((eu) => {
      const before = asked;
      report({ eu });
      return asked - before;
    });
  }

  describe('an origin above its capacity', () => {
    it.each<[string, readonly number[], readonly number[]]>([
      ['is urgent by more than 5 %', [105.1], [1]],
      ['is not urgent up to there', [105, 90, 100], [0, 0, 0]],
      ['is not urgent again while it stays', [110, 120, 130], [1, 0, 0]],
      ['is urgent again once it was below', [110, 90, 110], [1, 0, 1]],
      ['was not below while it was within 5 %', [110, 104, 110], [1, 0, 0]],
      ['is urgent again after two cycles', [110, 110, 110, 110, 110, 110, 110, 110], [1, 0, 0, 0, 0, 0, 1, 0]],
      ['is not urgent by a rate that nobody can believe', [1e200, 90], [0, 0]],
    ])('%s: %j', (_what, loads, expected) => {
      expect(askedAfter(loads)).toEqual(expected);
    });

    it('is not urgent before there is a plan, and none without a limit ever is', () => {
      plan = null;
      report({ eu: 0, us: 0 });
      report({ eu: 1_000, us: 1_000 });
      plan = aPlan(PLAN.pairs, { origins: [outlook('us', null)] });
      report({ eu: 1_000, us: 1_000 });
      expect(asked).toBe(0);
    });

    it('with a capacity of 0 is urgent by any load', () => {
      plan = aPlan(PLAN.pairs, { origins: [outlook('eu', 0)] });
      expect(askedAfter([0, 1])).toEqual([0, 1]);
    });

    it('is told from all edges together', () => {
      for (const edge of ['ams', 'fra']) watch.record(aReport(edge, 1, { shop: { eu: 0 } }));
      watch.record(aReport('ams', 2, { shop: { eu: 300 } }));
      expect(asked).toBe(0);
      watch.record(aReport('fra', 2, { shop: { eu: 300 } }));
      expect(asked).toBe(1);
    });

    it('is not by what a removed edge sent, nor by one that went silent a cycle ago', () => {
      for (const edge of ['ams', 'fra', 'lax']) watch.record(aReport(edge, 1, { shop: { eu: 0 } }));
      watch.record(aReport('ams', 2, { shop: { eu: 400 } }));
      watch.forget(edgeName('ams'));
      watch.record(aReport('fra', 2, { shop: { eu: 400 } }));
      passMs(CYCLE_MS + 1);
      watch.cycleBegan();
      passMs(APART_MS);
      watch.record(aReport('lax', 2, { shop: { eu: 400 } }));
      expect(asked).toBe(0);
    });

    it('is not by a counter that begins again', () => {
      report({ eu: 90 });
      counts = {};
      report({ eu: 90 });
      expect(asked).toBe(0);
    });
  });

  describe('an origin whose endpoints go down at an edge', () => {
    function goDown(
      edge: string,
      told: Readonly<Record<string, Readonly<Record<string, number>>>>,
      origin: string,
    ): void {
      watch.record(aReport(edge, 1, told));
      watch.record(aReport(edge, 2, told, { verdicts: { [origin]: [false] } }));
    }

    it.each([
      ['is urgent where it has a share', 'ams', 'shop', 'eu', 1],
      ['is urgent where it has a small share', 'ams', 'shop', 'us', 1],
      ['is not where it has none', 'ams', 'blog', 'eu', 0],
      ['is not at another edge', 'fra', 'shop', 'eu', 0],
      ['is not for a load balancer that is not in the plan', 'ams', 'zoo', 'eu', 0],
      ['is not at an edge that is not in the plan', 'aaa', 'shop', 'eu', 0],
    ])('%s', (_what, edge, loadBalancer, origin, times) => {
      goDown(edge, { [loadBalancer]: { eu: 0, us: 0 } }, origin);
      expect(asked).toBe(times);
    });

    it('is found in a plan of any size', () => {
      const edges = Array.from({ length: 9 }, (_, index) => `edge-${index}`);
      const balancers = ['a', 'b', 'c'];
      for (const balancer of balancers) {
        for (const edge of edges) {
          const pairs = balancers.flatMap((name) =>
            edges.map((place) => pair(name, place, { eu: name === balancer && place === edge ? 1 : 0 })),
          );
          plan = aPlan(pairs);
          watch = new UrgencyWatch(() => plan, clock, CYCLE_MS);
          const found: string[] = [];
          watch.start(() => found.push(`${balancer}/${edge}`));
          for (const name of balancers) {
            for (const place of edges) {
              goDown(place, { [name]: { eu: 0 } }, 'eu');
              watch.forget(edgeName(place));
            }
          }
          expect(found).toEqual([`${balancer}/${edge}`]);
        }
      }
    });

    it('is urgent once, and again when it went down again', () => {
      const told = { shop: { eu: 0, us: 0 } };
      goDown('ams', told, 'eu');
      passMs(APART_MS);
      watch.record(aReport('ams', 3, told, { verdicts: { eu: [false] } }));
      expect(asked).toBe(1);
      watch.record(aReport('ams', 4, told));
      watch.record(aReport('ams', 5, told, { verdicts: { eu: [false] } }));
      expect(asked).toBe(2);
    });
  });

  describe('too soon after a cycle began', () => {
    beforeEach(() => {
      report({ eu: 0 });
      watch.cycleBegan();
    });

    /** A report of its own, at this very moment. */
    function overload(): void {
      watch.record(aReport('fra', 1, { shop: { eu: 0 } }));
      watch.record(aReport('fra', 2, { shop: { eu: 1_000 } }));
    }

    it('waits for its turn, and asks once', () => {
      passMs(1_000);
      overload();
      watch.record(aReport('ams', 2, { shop: { eu: 0 } }, { verdicts: { eu: [false] } }));
      passMs(APART_MS - 1_001);
      expect(asked).toBe(0);
      passMs(1);
      expect(asked).toBe(1);
      passMs(10 * CYCLE_MS);
      expect(asked).toBe(1);
    });

    it('has had its turn when another cycle begins first', () => {
      overload();
      passMs(1_000);
      watch.cycleBegan();
      passMs(10 * CYCLE_MS);
      expect(asked).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('asks at once when the time has passed', () => {
      passMs(APART_MS);
      overload();
      expect(asked).toBe(1);
    });

    it('asks nobody once it was stopped', () => {
      overload();
      watch.stop();
      passMs(CYCLE_MS);
      overload();
      passMs(CYCLE_MS);
      expect(asked).toBe(0);
    });
  });
});
