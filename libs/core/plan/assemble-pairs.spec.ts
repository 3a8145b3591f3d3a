import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPairPlan, aPlan, aPolicy } from '#testkit/model-builders.js';
import { anEstimate, anOriginEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import type { ArcEstimate, Eligibility } from '../estimate/estimate.js';
import { formulate } from '../formulate/formulate.js';
import type { Policy } from '../model/load-balancer.js';
import { edgeName, originName } from '../model/name.js';
import { type Solution, SolverFailure } from '../ports/assignment-solver.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { assemblePairs } from './assemble-pairs.js';
import type { PairPlan } from './plan.js';

const DEADBAND = 0.005;
const EDGES = ['ams-1', 'ams-2'];

interface Given {
  /** Of a, b and c in the last plan, at every edge; `null` without one. */
  readonly before?: readonly number[] | null;
  readonly isProvisional?: boolean;
  readonly arcs?: Readonly<Record<string, Partial<ArcEstimate>>>;
  readonly policy?: Partial<Policy>;
  readonly isStale?: boolean;
  readonly isUrgent?: boolean;
  readonly edges?: readonly string[];
}

const named = (shares: readonly number[]) =>
  Object.fromEntries(['a', 'b', 'c'].map((name, index) => [name, shares[index]!]));

/** What the solver's shares of a, b and c become; those that may not serve have none. `null`: no solution at all. */
function assembled(
  given: Given,
  shares: readonly number[] | null,
  failures: Solution['failures'] = [],
): readonly PairPlan[] {
  const { before = [0.5, 0.3, 0.2], isProvisional = false, arcs = {}, policy = {}, edges = ['ams-1'] } = given;
  const pairs = edges.map((edge) =>
    aPairEstimate({ a: {}, b: {}, c: {}, ...arcs }, { edge: edgeName(edge), isStale: given.isStale ?? false }),
  );
  const estimate = anEstimate(
    pairs,
    ['a', 'b', 'c'].map((name) => anOriginEstimate(name)),
  );
  const configuration = aConfiguration({
    loadBalancers: [aLoadBalancer('shop', ['a', 'b', 'c'], { policy: aPolicy(policy) })],
    origins: ['a', 'b', 'c'].map((name) => anOrigin(name)),
    edges: edges.map((edge) => anEdge(edge)),
  });
  const plans =
    before === null ? [] : edges.map((edge) => aPairPlan(named(before), { edge: edgeName(edge), isProvisional }));
  const formulation = formulate(configuration, estimate, aPlan(plans), settings, given.isUrgent ?? false);
  const solution = shares && { shares, cost: 0, isOptimal: true, prices: null, failures, rescues: 0 };
  return assemblePairs(estimate, formulation, solution, DEADBAND);
}

/** Share and reason of a, b and c. */
const told = (pair: PairPlan | undefined) => pair?.shares.map(({ share, reason }) => `${share} ${reason}`);

const is = (eligibility: Eligibility) => ({ eligibility });
const byHand: Partial<Policy> = { mode: 'manual', manualShares: { [originName('a')]: 60, [originName('b')]: 40 } };

describe('the reason of each share', () => {
  it.each<Given & { readonly case: string; readonly solved: readonly number[]; readonly told: readonly string[] }>([
    { case: 'a first plan', before: null, solved: [1, 0, 0], told: ['1 initial', '0 initial', '0 initial'] },
    {
      case: 'a plan made anew with the first latency',
      isProvisional: true,
      solved: [0, 1, 0],
      told: ['0 initial', '1 initial', '0 initial'],
    },
    { case: 'nothing moved', solved: [0.5, 0.3, 0.2], told: ['0.5 held', '0.3 held', '0.2 held'] },
    { case: 'an ordinary move', solved: [0.48, 0.32, 0.2], told: ['0.48 damped', '0.32 damped', '0.2 held'] },
    { case: 'a move too small to make', solved: [0.497, 0.303, 0.2], told: ['0.5 held', '0.3 held', '0.2 held'] },
    {
      case: 'a move beyond the step',
      solved: [0.25, 0.31, 0.44],
      told: ['0.25 overload', '0.31 damped', '0.44 overload'],
    },
    {
      case: 'any move in an urgent cycle',
      isUrgent: true,
      solved: [0.49, 0.3, 0.21],
      told: ['0.49 overload', '0.3 held', '0.21 overload'],
    },
    {
      case: 'an origin may not serve any more',
      arcs: { a: is('unhealthy') },
      solved: [0.8, 0.2],
      told: ['0 ineligible', '0.8 ineligible', '0.2 held'],
    },
    {
      case: 'an origin may not serve any more, and another move is made on the way',
      arcs: { a: is('unhealthy') },
      solved: [0.82, 0.18],
      told: ['0 ineligible', '0.82 ineligible', '0.18 damped'],
    },
    { case: 'set by hand', policy: byHand, solved: [0.6, 0.4, 0], told: ['0.6 manual', '0.4 manual', '0 manual'] },
    { case: 'stale', isStale: true, solved: [0.5, 0.3, 0.2], told: ['0.5 stale', '0.3 stale', '0.2 stale'] },
    {
      case: 'frozen',
      policy: { frozen: true },
      solved: [0.5, 0.3, 0.2],
      told: ['0.5 frozen', '0.3 frozen', '0.2 frozen'],
    },
    {
      case: 'frozen, and an origin may not serve any more',
      policy: { frozen: true },
      arcs: { c: is('draining') },
      solved: [0.7, 0.3],
      told: ['0.7 ineligible', '0.3 frozen', '0 ineligible'],
    },
    {
      case: 'no origin is healthy',
      arcs: { a: is('unhealthy'), b: is('unhealthy'), c: is('disabled') },
      solved: [0.5, 0.5],
      told: ['0.5 fail-open', '0.5 fail-open', '0 fail-open'],
    },
    {
      case: 'no origin is in use',
      arcs: { a: is('dialled-out'), b: is('draining'), c: is('disabled') },
      solved: [],
      told: ['0 unserved', '0 unserved', '0 unserved'],
    },
  ])('$case', ({ solved, told: expected, ...given }) => {
    expect(told(assembled(given, solved)[0])).toEqual(expected);
  });
});

describe('a pair', () => {
  it('tells what its shares were before, and the latency and demand the decision reckoned with', () => {
    const [pair] = assembled({ arcs: { b: { rttMs: 42 } } }, [0.48, 0.32, 0.2]);
    expect(pair).toMatchObject({ loadBalancer: 'shop', edge: 'ams-1', demand: 100 });
    expect(pair?.shares[1]).toEqual({ origin: 'b', share: 0.32, previousShare: 0.3, reason: 'damped', rttMs: 42 });
    const [first] = assembled({ before: null }, [1, 0, 0]);
    expect(first?.shares.map(({ previousShare }) => previousShare)).toEqual([null, null, null]);
  });

  const unmeasured = { a: { rttSource: 'distance' as const } };
  it.each<Given & { readonly case: string; readonly isSo: boolean }>([
    { case: 'in a first plan without latency', before: null, arcs: unmeasured, isSo: true },
    { case: 'in a first plan with latency', before: null, isSo: false },
    { case: 'while latency is still missing', arcs: unmeasured, isProvisional: true, isSo: true },
    { case: 'once latency is known', isProvisional: true, isSo: false },
    { case: 'while it is frozen', isProvisional: true, policy: { frozen: true }, isSo: true },
    { case: 'never again, when an unmeasured origin joins', arcs: unmeasured, isSo: false },
  ])('is provisional $case: $isSo', ({ isSo, ...given }) => {
    expect(assembled(given, [0.5, 0.3, 0.2])[0]?.isProvisional).toBe(isSo);
  });
});

describe('what the solver does not answer', () => {
  const kept = ['0.5 kept', '0.3 kept', '0.2 kept'];

  it('stays, for every pair, when there is no solution', () => {
    expect(assembled({ edges: EDGES }, null).map(told)).toEqual([kept, kept]);
  });

  it('stays for the pairs it failed on, and not for others', () => {
    const failures = [{ pairs: [0], failure: new SolverFailure('infeasible', 'fake') }];
    const solved = [NaN, NaN, NaN, 0.48, 0.32, 0.2];
    expect(assembled({ edges: EDGES }, solved, failures).map(told)).toEqual([
      kept,
      ['0.48 damped', '0.32 damped', '0.2 held'],
    ]);
  });

  it.each<Given & { readonly case: string; readonly told: readonly string[] }>([
    {
      case: 'leaves what may not serve',
      arcs: { c: is('unhealthy') },
      told: ['0.625 kept', '0.375 kept', '0 ineligible'],
    },
    {
      case: 'goes by capacity where there is no plan yet',
      before: null,
      told: ['0.333334 kept', '0.333333 kept', '0.333333 kept'],
    },
    { case: 'is what operators set', policy: byHand, told: ['0.6 manual', '0.4 manual', '0 manual'] },
    {
      case: 'fails open as it must',
      arcs: { a: is('unhealthy'), b: is('unhealthy'), c: is('disabled') },
      told: ['0.625 fail-open', '0.375 fail-open', '0 fail-open'],
    },
    {
      case: 'serves nothing where nothing is in use',
      arcs: { a: is('draining'), b: is('draining'), c: is('disabled') },
      told: ['0 unserved', '0 unserved', '0 unserved'],
    },
  ])('$case', ({ told: expected, ...given }) => {
    expect(told(assembled(given, null)[0])).toEqual(expected);
  });

  it('is left to the guard where it is no number, though no failure was told', () => {
    expect(assembled({}, [NaN, 0.5, 0.5])[0]?.shares[0]?.share).toBeNaN();
    expect(assembled({}, [0.5])[0]?.shares[1]?.share).toBeNaN();
  });
});
