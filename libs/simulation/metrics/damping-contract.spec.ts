import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Plan, ShareReason } from '#core/plan/plan.js';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_CONFIGURATION } from '../policies/example-observation.js';
import { dampingBreaches } from './damping-contract.js';

/** 2 points a cycle, 25 away from overload. */
const planOf = (share: number, reason: ShareReason, isProvisional = false): Plan => ({
  decidedAtMs: 0,
  pairs: [
    {
      loadBalancer: loadBalancerName('shop'),
      edge: edgeName('ams-1'),
      demand: 100,
      isProvisional,
      shares: [{ origin: originName('eu'), share, previousShare: null, reason, rttMs: 1 }],
    },
  ],
  origins: [],
  limits: [],
  notices: [],
});

const breaches = (from: number, to: number, reason: ShareReason, isUrgent = false): number =>
  dampingBreaches(EXAMPLE_CONFIGURATION, planOf(from, 'held'), planOf(to, reason), isUrgent).length;

describe('dampingBreaches', () => {
  it.each([
    ['within the bound', 0.5, 0.52, 'damped', 0],
    ['beyond it', 0.5, 0.521, 'damped', 1],
    ['beyond it, downwards', 0.5, 0.479, 'damped', 1],
    ['called held', 0.5, 0.501, 'held', 1],
    ['called stale', 0.5, 0.501, 'stale', 1],
    ['not at all', 0.5, 0.5, 'held', 0],
    ['away from overload', 0.5, 0.25, 'overload', 0],
    ['too far away from overload', 0.5, 0.24, 'overload', 1],
    ['from overload to here', 0.2, 0.9, 'overload', 0],
    ['off a dead origin', 0.9, 0, 'ineligible', 0],
    ['by an operator', 0.9, 0.1, 'manual', 0],
    ['called initial, though a plan was there', 0.9, 0.1, 'initial', 1],
  ] as const)('judges a move %s', (_, from, to, reason, expected) => {
    expect(breaches(from, to, reason)).toBe(expected);
  });

  it('allows no ordinary move in an urgent cycle', () => {
    expect(breaches(0.5, 0.51, 'damped', true)).toBe(1);
    expect(breaches(0.5, 0.3, 'overload', true)).toBe(0);
  });

  it('lets a pair begin, and begin anew after a provisional plan', () => {
    const after = planOf(1, 'initial');
    expect(dampingBreaches(EXAMPLE_CONFIGURATION, null, after, false)).toEqual([]);
    expect(dampingBreaches(EXAMPLE_CONFIGURATION, planOf(0.3, 'initial', true), after, false)).toEqual([]);
  });

  it('says where', () => {
    expect(dampingBreaches(EXAMPLE_CONFIGURATION, planOf(0.5, 'held'), planOf(0.6, 'damped'), false)).toEqual([
      'shop on ams-1: the share of eu moved by 10.00 points, "damped"',
    ]);
  });
});
