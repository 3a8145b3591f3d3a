import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPairPlan, aPolicy } from '#testkit/model-builders.js';
import { aPairEstimate } from '#testkit/observation-builders.js';
import type { ArcEstimate, Eligibility } from '../estimate/estimate.js';
import { originName } from '../model/name.js';
import { type ShareBounds, shareBounds } from './share-bounds.js';
import { standingOf } from './standing.js';

const arc = fc.record({
  eligibility: fc.constantFrom<Eligibility>(
    'eligible',
    'eligible',
    'eligible',
    'unhealthy',
    'draining',
    'disabled',
    'dialled-out',
  ),
  rttMs: fc.constantFrom(1, 40, 60, 300),
  rttSource: fc.constantFrom<ArcEstimate['rttSource']>('measured', 'measured', 'distance'),
  part: fc.integer({ min: 0, max: 1_000_000 }),
  partByHand: fc.integer({ min: 0, max: 100 }),
  isOverloaded: fc.boolean(),
  isRoomy: fc.boolean(),
});

const given = fc.record({
  arcs: fc.array(arc, { minLength: 1, maxLength: 6 }),
  policy: fc.record({
    maxShiftPercent: fc.constantFrom(0.1, 2, 30, 100),
    overloadMaxShiftPercent: fc.constantFrom(0.1, 25, 100),
    maxLatencyMs: fc.constantFrom(undefined, 50),
    latencyMode: fc.constantFrom('soft' as const, 'strict' as const),
    mode: fc.constantFrom('automatic' as const, 'automatic' as const, 'manual' as const),
    frozen: fc.boolean(),
  }),
  hasPlan: fc.boolean(),
  isProvisional: fc.boolean(),
  isUrgent: fc.boolean(),
  isStale: fc.boolean(),
  /** What an origin had that is no longer used. */
  partGone: fc.integer({ min: 0, max: 1_000_000 }),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

/** Parts of the whole, told to a millionth as plans tell them. */
function millionths(parts: readonly number[]): readonly number[] {
  const whole = Math.max(
    1,
    parts.reduce((sum, part) => sum + part, 0),
  );
  return parts.map((part) => Math.floor((part / whole) * 1e6) / 1e6);
}

function boundsOf({
  arcs,
  policy,
  hasPlan,
  isProvisional,
  isUrgent,
  isStale,
  partGone,
}: Given): readonly (ShareBounds | null)[] {
  const names = arcs.map((_arc, index) => originName(`origin-${index}`));
  const byName = <T>(values: readonly T[]) => Object.fromEntries(names.map((name, index) => [name, values[index]!]));
  const named = (isMeant: (arc: Given['arcs'][number]) => boolean) =>
    new Set(names.filter((_name, index) => isMeant(arcs[index]!)));
  const parts = millionths([...arcs.map(({ part }) => part), partGone]);
  const plan = aPairPlan({ ...byName(parts), gone: parts.at(-1)! }, { isProvisional });
  const hands = millionths(arcs.map(({ partByHand }) => partByHand));
  const rules = aPolicy({ ...policy, manualShares: byName(hands.map((part) => 100 * part)) });
  const pair = aPairEstimate(
    byName(arcs.map(({ eligibility, rttMs, rttSource }) => ({ eligibility, rttMs, rttSource }))),
    { isStale },
  );
  const strain = { overloaded: named((each) => each.isOverloaded), roomy: named((each) => each.isRoomy) };
  return shareBounds(pair, standingOf(pair, hasPlan ? plan : undefined, rules, isUrgent), rules, strain);
}

describe('bounds of shares', () => {
  it('always admit shares that sum to 1, and contain where shares rest', () => {
    fc.assert(
      fc.property(given, (all) => {
        fc.pre(all.arcs.some(({ eligibility }) => eligibility === 'eligible'));
        const bounds = boundsOf(all);
        const total = (of: 'min' | 'max') => bounds.reduce((sum, each) => sum + (each?.[of] ?? 0), 0);
        expect(total('min')).toBeLessThanOrEqual(1 + 1e-9);
        expect(total('max')).toBeGreaterThanOrEqual(1 - 1e-9);
        bounds.forEach((each, index) => {
          expect(each === null).toBe(all.arcs[index]!.eligibility !== 'eligible');
          if (each === null) return;
          expect(each.min).toBeGreaterThanOrEqual(0);
          expect(each.max).toBeLessThanOrEqual(1);
          expect(each.held ?? each.min).toBeGreaterThanOrEqual(each.min);
          expect(each.held ?? each.max).toBeLessThanOrEqual(each.max);
        });
      }),
      { numRuns: 3_000, seed: 20_260_101 },
    );
  });
});
