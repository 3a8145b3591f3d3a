import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, aPolicy } from '#testkit/model-builders.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { PairPlan, Plan, ShareReason } from '../plan/plan.js';
import { comparePlans } from './compare-plans.js';
import { cyclesBetween } from './cycles-between.js';

const RTTS_MS: Readonly<Record<string, number>> = { near: 5, middle: 25, far: 105 };
const CONFIGURATION = aConfiguration({ loadBalancers: [aLoadBalancer('shop', ['far', 'near'])] });

type Shares = Readonly<Record<string, number>>;

function pair(
  edge: string,
  demand: number,
  shares: Shares,
  reasons: Readonly<Record<string, ShareReason>> = {},
): PairPlan {
  return {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName(edge),
    demand,
    isProvisional: false,
    shares: Object.entries(shares).map(([origin, share]) => ({
      origin: originName(origin),
      share,
      previousShare: share,
      reason: reasons[origin] ?? 'held',
      rttMs: RTTS_MS[origin] ?? 0,
    })),
  };
}

type Loads = Readonly<Record<string, readonly [load: number, capacity: number | null]>>;

function plan(pairs: readonly PairPlan[], loads: Loads = {}): Plan {
  return {
    decidedAtMs: 0,
    pairs,
    origins: Object.entries(loads).map(([origin, [load, capacity]]) => ({
      origin: originName(origin),
      capacity,
      measuredLoad: 0,
      expectedLoad: load,
      shadowPriceMs: null,
    })),
    limits: [],
    notices: [],
  };
}

const NOW = plan(
  [
    pair('ams-1', 300, { far: 0, near: 1 }),
    pair('ams-2', 100, { far: 0.2, near: 0.8 }),
    pair('lax-1', 0, { far: 1, near: 0 }),
  ],
  { far: [20, null], near: [380, 400] },
);
const THEN = plan(
  [
    pair('ams-1', 300, { far: 0, near: 1 }),
    pair('ams-2', 400, { far: 0.75, near: 0.25 }),
    pair('sin-1', 0, { far: 1, near: 0 }),
  ],
  { far: [300, null], near: [400, 390] },
);

describe('comparePlans', () => {
  it('tells what differs, what changed first', () => {
    expect(comparePlans(NOW, THEN, CONFIGURATION)).toEqual({
      headline:
        '3 of 4 pairs change; mean latency goes from 10 ms to 48 ms; ' +
        'far goes from 20 to 300/s and near goes from 380 to 400 of 390/s; overload is 10/s, and was 0/s; ' +
        'about 28 cycles at the damped pace',
      pairs: [
        {
          loadBalancer: 'shop',
          edge: 'ams-2',
          isChanged: true,
          demand: { before: 100, after: 400 },
          meanRttMs: { before: 25, after: 80 },
          shares: [
            { origin: 'far', before: 0.2, after: 0.75 },
            { origin: 'near', before: 0.8, after: 0.25 },
          ],
          cyclesAtDampedPace: 28,
        },
        expect.objectContaining({
          edge: 'lax-1',
          isChanged: true,
          demand: { before: 0, after: null },
          cyclesAtDampedPace: 0,
        }),
        expect.objectContaining({
          edge: 'sin-1',
          isChanged: true,
          demand: { before: null, after: 0 },
          cyclesAtDampedPace: 1,
        }),
        expect.objectContaining({ edge: 'ams-1', isChanged: false, cyclesAtDampedPace: 0 }),
      ],
      origins: [
        {
          origin: 'far',
          expectedLoad: { before: 20, after: 300 },
          capacity: { before: null, after: null },
          overload: { before: 0, after: 0 },
        },
        {
          origin: 'near',
          expectedLoad: { before: 380, after: 400 },
          capacity: { before: 400, after: 390 },
          overload: { before: 0, after: 10 },
        },
      ],
      meanRttMs: { before: 10, after: expect.closeTo((300 * 5 + 400 * 80) / 700, 9) as number },
      overload: { before: 0, after: 10 },
      cyclesAtDampedPace: 28,
    });
  });

  it.each<{ case: string; before: Plan | null; after: Plan; headline: string }>([
    { case: 'nothing', before: NOW, after: NOW, headline: 'no share changes' },
    {
      case: 'the first plan',
      before: null,
      after: plan([pair('ams-1', 1, { near: 1 })], { near: [1, 4] }),
      headline: '1 of 1 pair changes; near goes from 0 to 1 of 4/s; about 1 cycle at the damped pace',
    },
    {
      case: 'an end of overload',
      before: plan([pair('ams-1', 400, { far: 0, near: 1 })], { near: [400, 200] }),
      after: plan([pair('ams-1', 400, { far: 0, near: 1 })], { near: [400, 500] }),
      headline: 'no share changes; the overload of 200/s ends',
    },
  ])('has a headline for $case', ({ before, after, headline }) => {
    expect(comparePlans(before, after, CONFIGURATION).headline).toBe(headline);
  });

  it('says when shares may not move at all', () => {
    const stuck = aConfiguration({
      loadBalancers: [aLoadBalancer('shop', [], { policy: aPolicy({ maxShiftPercent: 0 }) })],
    });
    const { headline, cyclesAtDampedPace } = comparePlans(NOW, THEN, stuck);
    expect(cyclesAtDampedPace).toBeNull();
    expect(headline).toMatch(/; some pair may not move that far$/);
  });

  it('is plain data', () => {
    const comparison = comparePlans(null, THEN, CONFIGURATION);
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });
});

describe('cyclesBetween', () => {
  const policy = aPolicy();

  it.each<{
    case: string;
    before: Shares | null;
    after: Shares;
    reasons?: Record<string, ShareReason>;
    cycles: number;
  }>([
    { case: 'nothing moves', before: { far: 0.2, near: 0.8 }, after: { far: 0.2, near: 0.8 }, cycles: 0 },
    { case: 'one step', before: { far: 0, near: 1 }, after: { far: 0.02, near: 0.98 }, cycles: 1 },
    { case: 'a little more than one', before: { far: 0, near: 1 }, after: { far: 0.021, near: 0.979 }, cycles: 2 },
    { case: 'all of it', before: { far: 0, near: 1 }, after: { far: 1, near: 0 }, cycles: 50 },
    {
      case: 'an origin dies',
      before: { far: 0, near: 1 },
      after: { far: 1, near: 0 },
      reasons: { near: 'ineligible' },
      cycles: 1,
    },
    {
      case: 'an origin dies, and the rest is put in order',
      before: { far: 0.3, middle: 0.3, near: 0.4 },
      after: { far: 0.2, middle: 0.8, near: 0 },
      reasons: { near: 'ineligible' },
      cycles: 5,
    },
    { case: 'an origin is taken out', before: { far: 0, near: 1 }, after: { far: 1 }, cycles: 1 },
    { case: 'a first placement', before: null, after: { near: 1 }, cycles: 1 },
    {
      case: 'shares set by hand',
      before: { far: 0, near: 1 },
      after: { far: 1, near: 0 },
      reasons: { far: 'manual', near: 'manual' },
      cycles: 1,
    },
  ])('counts $cycles when $case', ({ before, after, reasons = {}, cycles }) => {
    const from = before === null ? undefined : pair('ams-1', 1, before);
    expect(cyclesBetween(from, pair('ams-1', 1, after, reasons), policy)).toBe(cycles);
  });

  it('is the largest move divided by the step, rounded up, where nothing is exempt', () => {
    const thousandths = fc.integer({ min: 0, max: 1_000 });
    const steps = fc.constantFrom(0.5, 2, 5, 100);
    fc.assert(
      fc.property(thousandths, thousandths, steps, (before, after, maxShiftPercent) => {
        const [from, to] = [before, after].map((part) =>
          pair('ams-1', 1, { far: part / 1_000, near: 1 - part / 1_000 }),
        );
        const moved = Math.abs(after - before);
        expect(cyclesBetween(from, to, aPolicy({ maxShiftPercent }))).toBe(Math.ceil(moved / (maxShiftPercent * 10)));
      }),
    );
  });
});
