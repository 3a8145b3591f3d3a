import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { describe, expect, it } from 'vitest';
import type { Score } from '../metrics/score.js';
import { ShareHistory } from '../metrics/share-history.js';
import type { PolicyName } from '../policies/policy.js';
import type { JudgedRun, Target } from './target.js';
import {
  avoidsAvoidableOverload,
  comesBackDamped,
  excessAtMost,
  holdsStill,
  keepsDampingContract,
  latencyWithin,
  staysWithin,
  staysWithoutSwinging,
} from './targets.js';

const SCORE: Score = {
  overloadSeconds: 0,
  excessConnections: 10,
  failedConnections: 0,
  meanLatencyMs: 1,
  p99LatencyMs: 1,
  latencyRatio: 1.01,
  avoidableOverloadMinutes: 0,
  shareMoves: 0,
  largestMovePoints: 0,
  settledReversals: 0,
  settledDeviationPoints: 0.4,
  settlingSeconds: 0,
  contractBreaches: 0,
};

const PAIR = { loadBalancer: 'shop', edge: 'ams' };

const aRun = (score: Partial<Score>, shares: readonly number[] = [], breaches: readonly string[] = []): JudgedRun => {
  const history = new ShareHistory();
  shares.forEach((share, cycle) => {
    const pair = {
      loadBalancer: loadBalancerName(PAIR.loadBalancer),
      edge: edgeName(PAIR.edge),
      shares: [{ origin: originName('eu'), share }],
    };
    history.add(15 * cycle, { pairs: [pair], weights: [], plan: null });
  });
  return { score: { ...SCORE, ...score }, shares: history, breaches };
};

const isMet = (target: Target, weir: JudgedRun, greedyExcess = 100): boolean | undefined =>
  target({
    runs: new Map<PolicyName, JudgedRun>([
      ['weir', weir],
      ['greedy-damped', aRun({ excessConnections: greedyExcess })],
    ]),
  })?.isMet;

const recovery = comesBackDamped(PAIR, 'eu', { fromSeconds: 30, maxShift: 0.02, before: 0.04 });

describe('targets', () => {
  it.each([
    ['excess just at its part', excessAtMost(0.1), aRun({ excessConnections: 10 }), true],
    ['excess above it', excessAtMost(0.1), aRun({ excessConnections: 10.1 }), false],
    ['still shares', staysWithoutSwinging(0.5), aRun({}), true],
    ['a reversal', staysWithoutSwinging(0.5), aRun({ settledReversals: 1 }), false],
    ['a deviation', staysWithoutSwinging(0.3), aRun({}), false],
    ['a small deviation with reversals', staysWithin(0.5), aRun({ settledReversals: 9 }), true],
    ['a large deviation', staysWithin(0.3), aRun({}), false],
    ['good latency', latencyWithin(1.02), aRun({}), true],
    ['bad latency', latencyWithin(1.02), aRun({ latencyRatio: 1.021 }), false],
    ['no avoidable overload', avoidsAvoidableOverload, aRun({}), true],
    ['avoidable overload', avoidsAvoidableOverload, aRun({ avoidableOverloadMinutes: 1 }), false],
    ['no move in time', holdsStill('it', 15, 30), aRun({}, [0.5, 0.5, 0.5, 0.6]), true],
    ['a move in time', holdsStill('it', 15, 30), aRun({}, [0.5, 0.6, 0.6, 0.6]), false],
    ['a slow return', recovery, aRun({}, [0.04, 0, 0, 0.02, 0.04]), true],
    ['a fast return', recovery, aRun({}, [0.04, 0, 0, 0.04, 0.04]), false],
    ['no return', recovery, aRun({}, [0.04, 0, 0, 0, 0]), false],
    ['a kept contract', keepsDampingContract, aRun({}), true],
    ['a broken contract', keepsDampingContract, aRun({}, [], ['at 15 s: …']), false],
  ])('judge %s', (_, target, run, expected) => {
    expect(isMet(target, run)).toBe(expected);
  });

  it('say nothing of whom they did not see', () => {
    expect(excessAtMost(0.1)({ runs: new Map([['weir', aRun({})]]) })).toBeNull();
    expect(keepsDampingContract({ runs: new Map() })).toBeNull();
  });
});
