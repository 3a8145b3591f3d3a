import { describe, expect, it } from 'vitest';
import { aPairPlan, aPolicy } from '#testkit/model-builders.js';
import { aPairEstimate } from '#testkit/observation-builders.js';
import type { ArcEstimate } from '../estimate/estimate.js';
import type { Policy } from '../model/load-balancer.js';
import { originName } from '../model/name.js';
import { shareBounds } from './share-bounds.js';
import { standingOf } from './standing.js';

interface Given {
  /** Of the last plan, by origin; `null` without one. */
  readonly shares?: Readonly<Record<string, number>> | null;
  readonly arcs?: Readonly<Record<string, Partial<ArcEstimate>>>;
  readonly policy?: Partial<Policy>;
  readonly overloaded?: readonly string[];
  readonly roomy?: readonly string[];
  readonly isStale?: boolean;
  readonly isUrgent?: boolean;
}

const THREE = { a: {}, b: {}, c: {} };
const HELD = { a: 0.5, b: 0.3, c: 0.2 };

function boundsOf({
  shares = HELD,
  arcs = THREE,
  policy = {},
  overloaded = [],
  roomy = [],
  isStale = false,
  isUrgent = false,
}: Given) {
  const pair = aPairEstimate(arcs, { isStale });
  const rules = aPolicy(policy);
  const standing = standingOf(pair, shares === null ? undefined : aPairPlan(shares), rules, isUrgent);
  const strain = { overloaded: new Set(overloaded.map(originName)), roomy: new Set(roomy.map(originName)) };
  return shareBounds(pair, standing, rules, strain);
}

/** Least and most of each share, in percent. */
function expectRanges(given: Given, ranges: string): void {
  const percent = (share: number): number => Number((100 * share).toFixed(6));
  const told = boundsOf(given).map((bounds) =>
    bounds === null ? 'none' : `${percent(bounds.min)}..${percent(bounds.max)}`,
  );
  expect(told.join(' ')).toBe(ranges);
}

const strict: Partial<Policy> = { maxLatencyMs: 50, latencyMode: 'strict' };
const tooFar = { rttMs: 90 };
const byHand: Partial<Policy> = {
  mode: 'manual',
  manualShares: { [originName('a')]: 60, [originName('b')]: 40 },
};

describe('where each share may be after this cycle', () => {
  it.each<Given & { readonly case: string; readonly ranges: string }>([
    {
      case: 'anywhere in a first plan',
      shares: null,
      ranges: '0..100 0..100 0..100',
    },
    {
      case: 'nowhere for what may not serve',
      shares: null,
      arcs: { ...THREE, b: { eligibility: 'draining' } },
      ranges: '0..100 none 0..100',
    },
    {
      case: 'a first plan keeps away from what is beyond a strict limit',
      shares: null,
      arcs: { ...THREE, b: tooFar },
      policy: strict,
      ranges: '0..100 0..0 0..100',
    },
    {
      case: 'a step from where it is',
      ranges: '48..52 28..32 18..22',
    },
    {
      case: 'a step, but not below 0 or above 1',
      shares: { a: 0.99, b: 0.01, c: 0 },
      ranges: '97..100 0..3 0..2',
    },
    {
      case: 'nothing more beyond a strict limit, less as usual',
      arcs: { ...THREE, b: tooFar },
      policy: strict,
      ranges: '48..52 28..30 18..22',
    },
    {
      case: 'as usual where everything is beyond the strict limit',
      arcs: { a: tooFar, b: tooFar, c: tooFar },
      policy: strict,
      ranges: '48..52 28..32 18..22',
    },
    {
      case: 'anyone may take what is displaced, on top of the step',
      arcs: { ...THREE, a: { eligibility: 'unhealthy' } },
      ranges: 'none 28..82 18..72',
    },
    {
      case: 'where it was when stale',
      isStale: true,
      ranges: '50..50 30..30 20..20',
    },
    {
      case: 'where it was when frozen',
      policy: { frozen: true },
      ranges: '50..50 30..30 20..20',
    },
    {
      case: 'where it was in an urgent cycle',
      isUrgent: true,
      ranges: '50..50 30..30 20..20',
    },
    {
      case: 'only what is displaced moves when frozen',
      arcs: { ...THREE, c: { eligibility: 'unhealthy' } },
      policy: { frozen: true },
      ranges: '50..70 30..50 none',
    },
    {
      case: 'what operators set',
      policy: byHand,
      ranges: '60..60 40..40 0..0',
    },
    {
      case: 'what operators set, and anyone may take what is displaced of it',
      arcs: { ...THREE, a: { eligibility: 'unhealthy' } },
      policy: byHand,
      ranges: 'none 40..100 0..60',
    },
  ])('$case', ({ ranges, ...given }) => {
    expectRanges(given, ranges);
  });

  it.each<Given & { readonly case: string; readonly ranges: string }>([
    {
      case: 'leave it faster, and arrive where there is headroom only',
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '25..52 28..32 18..47',
    },
    {
      case: 'leave several together',
      overloaded: ['a', 'b'],
      roomy: ['c'],
      ranges: '25..52 5..32 18..72',
    },
    {
      case: 'arrive no more than can leave',
      shares: { a: 0.1, b: 0.9, c: 0 },
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '0..12 88..92 0..12',
    },
    {
      case: 'move without a step in an urgent cycle',
      isUrgent: true,
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '25..50 30..30 20..45',
    },
    {
      case: 'leave by the ordinary step where that is more',
      policy: { maxShiftPercent: 30, overloadMaxShiftPercent: 1 },
      overloaded: ['a'],
      ranges: '20..80 0..60 0..50',
    },
    {
      case: 'not arrive beyond a strict limit',
      arcs: { ...THREE, c: tooFar },
      policy: strict,
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '25..52 28..32 18..20',
    },
    {
      case: 'stay where nothing of it is at an overloaded origin',
      shares: { a: 0, b: 0.8, c: 0.2 },
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '0..2 78..82 18..22',
    },
    {
      case: 'stay when stale',
      isStale: true,
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '50..50 30..30 20..20',
    },
    {
      case: 'stay when frozen',
      policy: { frozen: true },
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '50..50 30..30 20..20',
    },
    {
      case: 'stay when set by hand',
      policy: byHand,
      overloaded: ['a'],
      roomy: ['c'],
      ranges: '60..60 40..40 0..0',
    },
  ])('where an origin is overloaded shares may $case', ({ ranges, ...given }) => {
    expectRanges(given, ranges);
  });
});
