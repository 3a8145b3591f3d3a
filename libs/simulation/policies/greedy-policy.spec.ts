import { describe, expect, it } from 'vitest';
import { EXAMPLE_CONFIGURATION, exampleObservation } from './example-observation.js';
import { GreedyPolicy } from './greedy-policy.js';
import type { Policy } from './policy.js';

/** Shares at eu on ams-1, ams-2 and nyc. The origin takes 80/s. */
const euShares = (policy: Policy, demands: readonly [number, number, number], euAlive = 2): readonly number[] =>
  policy
    .decide({
      configuration: EXAMPLE_CONFIGURATION,
      observation: exampleObservation(demands, euAlive),
      isUrgent: false,
    })
    .pairs.map(({ shares }) => Number(shares.find(({ origin }) => origin === 'eu')!.share.toFixed(4)));

describe('GreedyPolicy', () => {
  it.each([
    ['sends all to the nearest while that has room', [40, 30, 10], [1, 1, 0]],
    ['fills it edge after edge, and spills what is left', [60, 40, 10], [1, 0.5, 0]],
    ['leaves nothing to whoever comes last', [100, 40, 10], [0.8, 0, 0]],
    ['overloads the nearest when everything is full', [300, 0, 0], [0.3333, 1, 0]],
  ] as const)('%s', (_, demands, expected) => {
    expect(euShares(new GreedyPolicy(1), demands)).toEqual(expected);
  });

  it('counts only what is alive', () => {
    // An idle pair is told to the nearest: nothing comes of it.
    expect(euShares(new GreedyPolicy(1), [80, 0, 0], 1)).toEqual([0.5, 1, 0]);
  });

  it('moves no share further than allowed in a cycle, and gets there', () => {
    const policy = new GreedyPolicy(0.02);
    expect(euShares(policy, [40, 0, 0])[0]).toBe(1);
    expect(euShares(policy, [100, 0, 0])[0]).toBe(0.98);
    for (let cycle = 0; cycle < 20; cycle += 1) euShares(policy, [100, 0, 0]);
    expect(euShares(policy, [100, 0, 0])[0]).toBe(0.8);
  });

  it('leaves a dead origin at once, and comes back slowly', () => {
    const policy = new GreedyPolicy(0.02);
    euShares(policy, [40, 0, 0]);
    expect(euShares(policy, [40, 0, 0], 0)[0]).toBe(0);
    expect(euShares(policy, [40, 0, 0])[0]).toBe(0.02);
  });

  it('moves nothing where demand is not known', () => {
    const policy = new GreedyPolicy(1);
    euShares(policy, [100, 0, 0]);
    const blind = { takenAtMs: 0, edges: [], utilizations: [] };
    const { pairs } = policy.decide({ configuration: EXAMPLE_CONFIGURATION, observation: blind, isUrgent: false });
    expect(pairs[0]!.shares[0]).toEqual({ origin: 'eu', share: expect.closeTo(0.8) as number });
  });
});
