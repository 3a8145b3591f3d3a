import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLICY_NAMES, type PolicyName } from '../policies/policy.js';
import { ALL_SCENARIOS } from '../scenarios/all-scenarios.js';
import type { Scenario } from '../scenarios/scenario.js';
import { spill } from '../scenarios/spill.js';
import { type ScenarioResult, simulate } from './simulate.js';

const play = (scenario: Scenario, policies: readonly PolicyName[], seed = 1): ScenarioResult =>
  simulate(scenario, { policies, seed, createSolver: createAssignmentSolver });

const figures = ({ runs, reference }: ScenarioResult) =>
  [...runs, ['optimum', reference] as const].map(([name, { score, series, shares }]) => ({
    name,
    score,
    loads: series.origins,
    moves: shares.moves(0, Infinity),
  }));

describe('simulate', () => {
  const short: Scenario = { ...spill, durationSeconds: 120, settledFromSeconds: 90 };

  it('gives the same numbers for the same scenario and seed', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(...POLICY_NAMES), (seed, policy) => {
        const [one, other] = [play(short, [policy], seed), play(short, [policy], seed)];
        expect(figures(one)).toEqual(figures(other));
      }),
      { numRuns: 10 },
    );
  });

  it('gives a policy the same world, whoever plays beside it', () => {
    const [alone] = figures(play(short, ['weir']));
    const among = figures(play(short, POLICY_NAMES)).find(({ name }) => name === 'weir');
    expect(among).toEqual(alone);
  });

  it('gives others for another seed', () => {
    expect(figures(play(short, ['weir'], 1))).not.toEqual(figures(play(short, ['weir'], 2)));
  });

  it('tells policies apart where they differ', () => {
    const { runs } = play(spill, POLICY_NAMES);
    const excess = (name: PolicyName): number => runs.get(name)!.score.excessConnections;
    // Half of 400/s too much for 25 minutes.
    expect(excess('nearest') / (200 * 1_500)).toBeCloseTo(1, 1);
    expect(excess('static')).toBeLessThan(excess('greedy-undamped'));
    expect(excess('greedy-undamped')).toBeLessThan(excess('greedy-damped'));
    expect(excess('greedy-damped')).toBeLessThan(excess('nearest'));
  });
});

describe('Weir', () => {
  // What a target is measured against is played as well.
  it.each(ALL_SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'meets its targets in %s',
    (name, scenario) => {
      const { findings } = play(scenario, name === 'spill' ? ['greedy-damped', 'weir'] : ['weir']);
      expect(findings.length).toBe(scenario.targets.length + 1);
      expect(findings.filter(({ isMet }) => !isMet)).toEqual([]);
    },
    60_000,
  );
});
