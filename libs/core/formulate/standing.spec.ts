import { describe, expect, it } from 'vitest';
import { aPairPlan, aPolicy } from '#testkit/model-builders.js';
import { aPairEstimate } from '#testkit/observation-builders.js';
import type { ArcEstimate, Eligibility } from '../estimate/estimate.js';
import type { Policy } from '../model/load-balancer.js';
import { originName } from '../model/name.js';
import type { PairPlan } from '../plan/plan.js';
import { isProvisional, type Standing, type StandingKind, standingOf } from './standing.js';

interface Case {
  readonly near?: Eligibility;
  readonly far?: Eligibility;
  readonly isStale?: boolean;
  readonly rttSource?: ArcEstimate['rttSource'];
  readonly plan?: PairPlan | null;
  readonly policy?: Partial<Policy>;
  readonly isUrgent?: boolean;
}

const manual: Partial<Policy> = { mode: 'manual', manualShares: { [originName('near')]: 70, [originName('far')]: 30 } };
const provisional = aPairPlan({ near: 0.6, far: 0.4 }, { isProvisional: true });

function standing({
  near = 'eligible',
  far = 'eligible',
  isStale = false,
  rttSource = 'measured',
  plan = aPairPlan({ near: 0.6, far: 0.4 }),
  policy = {},
  isUrgent = false,
}: Case): Standing {
  const pair = aPairEstimate(
    { near: { eligibility: near, rttSource }, far: { eligibility: far, rttSource } },
    { isStale },
  );
  return standingOf(pair, plan ?? undefined, aPolicy(policy), isUrgent);
}

/** The arcs are ordered by origin: far, near. */
const byOrigin = (shares: readonly number[] | null) => shares && { far: shares[0], near: shares[1] };

describe('how a pair stands', () => {
  it.each<Case & { readonly case: string; readonly kind: StandingKind }>([
    { case: 'without a plan', plan: null, kind: 'initial' },
    { case: 'without a plan, and nothing is known', plan: null, isStale: true, kind: 'initial' },
    { case: 'with a plan', kind: 'steady' },
    { case: 'when a provisional plan meets the first latency', plan: provisional, kind: 'initial' },
    { case: 'when a provisional plan meets none', plan: provisional, rttSource: 'distance', kind: 'steady' },
    { case: 'when nothing recent is known', isStale: true, kind: 'stale' },
    { case: 'frozen by operators', policy: { frozen: true }, kind: 'frozen' },
    { case: 'frozen and stale', policy: { frozen: true }, isStale: true, kind: 'frozen' },
    { case: 'frozen on a provisional plan', policy: { frozen: true }, plan: provisional, kind: 'frozen' },
    { case: 'frozen before there was a plan', policy: { frozen: true }, plan: null, kind: 'initial' },
    { case: 'set by hand', policy: manual, kind: 'manual' },
    { case: 'set by hand, without a plan', policy: manual, plan: null, kind: 'manual' },
    { case: 'set by hand, and frozen and stale', policy: { ...manual, frozen: true }, isStale: true, kind: 'manual' },
    { case: 'where no origin is healthy', near: 'unhealthy', far: 'draining', kind: 'fail-open' },
    {
      case: 'set by hand, where none is healthy',
      policy: manual,
      near: 'unhealthy',
      far: 'draining',
      kind: 'fail-open',
    },
    { case: 'where no origin is in use', near: 'dialled-out', far: 'disabled', kind: 'unserved' },
  ])('$case: $kind', ({ kind, ...given }) => {
    expect(standing(given).kind).toBe(kind);
  });

  it.each<Case & { readonly case: string; readonly held: object | null }>([
    { case: 'is what the plan says', held: { near: 0.6, far: 0.4 } },
    { case: 'is open in a first plan', plan: null, held: null },
    { case: 'is open when a plan is made anew', plan: provisional, held: null },
    { case: 'is what operators set', policy: manual, held: { near: 0.7, far: 0.3 } },
    {
      case: 'is nothing where operators set nothing',
      policy: { mode: 'manual', manualShares: { [originName('far')]: 100 } },
      held: { near: 0, far: 1 },
    },
  ])('what shares rest at $case', ({ held, ...given }) => {
    expect(byOrigin(standing(given).held)).toEqual(held);
  });

  it.each<Case & { readonly case: string; readonly displaced: number }>([
    { case: 'nothing while all may serve', displaced: 0 },
    { case: 'the share of what is unhealthy', near: 'unhealthy', displaced: 0.6 },
    { case: 'the share of what is unhealthy, also when stale', near: 'unhealthy', isStale: true, displaced: 0.6 },
    { case: 'the part set by hand of what is unhealthy', near: 'unhealthy', policy: manual, displaced: 0.7 },
    { case: 'what an origin had that is no longer used', plan: aPairPlan({ near: 0.6, gone: 0.4 }), displaced: 0.4 },
    { case: 'a share of a millionth', plan: aPairPlan({ near: 0.999999, gone: 0.000001 }), displaced: 1e-6 },
    { case: 'all when nothing was served before', plan: aPairPlan({ near: 0, far: 0 }), displaced: 1 },
    { case: 'not the dust of binary fractions', plan: aPairPlan({ near: 0.1, far: 0.9 - 1e-12 }), displaced: 0 },
  ])('displaced is $case', ({ displaced, ...given }) => {
    expect(standing(given).displaced).toBeCloseTo(displaced, 12);
  });

  it.each<Case & { readonly case: string; readonly step: number }>([
    { case: 'the policy’s for a steady pair', step: 0.02 },
    { case: 'none in an urgent cycle', isUrgent: true, step: 0 },
    { case: 'none when stale', isStale: true, step: 0 },
    { case: 'none when frozen', policy: { frozen: true }, step: 0 },
    { case: 'none when set by hand', policy: manual, step: 0 },
  ])('the step is $case', ({ step, ...given }) => {
    expect(standing(given).step).toBe(step);
  });

  it('tells what was planned before, also where that binds nothing', () => {
    const { previous, wasProvisional } = standing({ plan: provisional });
    expect([byOrigin(previous), wasProvisional]).toEqual([{ near: 0.6, far: 0.4 }, true]);
    expect(standing({ plan: null })).toMatchObject({ previous: null, wasProvisional: false });
  });
});

describe('a first decision', () => {
  it.each([
    { case: 'all are measured', far: {}, isSo: false },
    { case: 'one is not', far: { rttSource: 'distance' as const }, isSo: true },
    {
      case: 'one that may not serve is not',
      far: { rttSource: 'assumed' as const, eligibility: 'draining' as const },
      isSo: false,
    },
  ])('where $case is provisional: $isSo', ({ far, isSo }) => {
    expect(isProvisional(aPairEstimate({ near: {}, far }))).toBe(isSo);
  });
});
