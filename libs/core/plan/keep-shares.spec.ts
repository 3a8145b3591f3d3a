import { describe, expect, it } from 'vitest';
import { aPairPlan, aPolicy } from '#testkit/model-builders.js';
import { aPairEstimate } from '#testkit/observation-builders.js';
import type { Eligibility } from '../estimate/estimate.js';
import { standingOf } from '../formulate/standing.js';
import type { Policy } from '../model/load-balancer.js';
import { originName } from '../model/name.js';
import { keepShares } from './keep-shares.js';

interface Case {
  readonly case: string;
  readonly arcs?: Readonly<Record<string, Eligibility>>;
  /** Of the last plan, by origin; `null` without one. */
  readonly plan?: Readonly<Record<string, number>> | null;
  readonly policy?: Partial<Policy>;
  readonly isProvisional?: boolean;
  /** Of a, b and c. */
  readonly shares: readonly number[];
}

const wholeRates = new Map<ReturnType<typeof originName>, number | null>([
  [originName('a'), 100],
  [originName('b'), 300],
  [originName('c'), 600],
]);
const byHand: Partial<Policy> = { mode: 'manual', manualShares: { [originName('a')]: 75, [originName('b')]: 25 } };

describe('the shares of a pair without a sound decision', () => {
  it.each<Case>([
    { case: 'are the last ones', shares: [0.5, 0.3, 0.2] },
    { case: 'are the last ones, also of a provisional plan', isProvisional: true, shares: [0.5, 0.3, 0.2] },
    { case: 'are the last ones, also when frozen', policy: { frozen: true }, shares: [0.5, 0.3, 0.2] },
    { case: 'go by capacity where there are none', plan: null, shares: [0.1, 0.3, 0.6] },
    {
      case: 'go by capacity of what may serve',
      plan: null,
      arcs: { c: 'draining' },
      shares: [0.25, 0.75, 0],
    },
    { case: 'leave what may not serve, in proportion', arcs: { a: 'unhealthy' }, shares: [0, 0.6, 0.4] },
    { case: 'leave what is no longer used, in proportion', plan: { a: 0.3, b: 0.3, gone: 0.4 }, shares: [0.5, 0.5, 0] },
    { case: 'go by capacity where nothing of them is left', plan: { gone: 1 }, shares: [0.1, 0.3, 0.6] },
    { case: 'go by capacity after nothing was served', plan: { a: 0, b: 0, c: 0 }, shares: [0.1, 0.3, 0.6] },
    { case: 'are what operators set', policy: byHand, shares: [0.75, 0.25, 0] },
    {
      case: 'are what operators set, without what may not serve',
      policy: byHand,
      arcs: { a: 'disabled' },
      shares: [0, 1, 0],
    },
    {
      case: 'stay while failing open, as far as may be',
      arcs: { a: 'unhealthy', b: 'unhealthy', c: 'disabled' },
      plan: { a: 0.5, b: 0.25, c: 0.25 },
      shares: [0.666_667, 0.333_333, 0],
    },
    {
      case: 'are none where nothing is in use',
      arcs: { a: 'disabled', b: 'draining', c: 'dialled-out' },
      shares: [0, 0, 0],
    },
  ])('$case', ({ arcs = {}, plan = { a: 0.5, b: 0.3, c: 0.2 }, policy = {}, isProvisional = false, shares }) => {
    const pair = aPairEstimate(
      Object.fromEntries(['a', 'b', 'c'].map((origin) => [origin, { eligibility: arcs[origin] ?? 'eligible' }])),
    );
    const standing = standingOf(
      pair,
      plan === null ? undefined : aPairPlan(plan, { isProvisional }),
      aPolicy(policy),
      false,
    );
    expect(keepShares(pair, standing, wholeRates)).toEqual(shares.map((share) => expect.closeTo(share, 9) as number));
  });
});
