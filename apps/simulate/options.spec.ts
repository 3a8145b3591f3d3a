import { POLICY_NAMES } from '#simulation/policies/policy.js';
import { ALL_SCENARIOS } from '#simulation/scenarios/all-scenarios.js';
import { describe, expect, it } from 'vitest';
import { HELP, readOptions, UsageError } from './options.js';

describe('readOptions', () => {
  it('plays everything when told nothing', () => {
    expect(readOptions([])).toEqual({
      scenarios: ALL_SCENARIOS,
      policies: POLICY_NAMES,
      seed: 1,
      outputDirectory: 'simulation-output',
      isJson: false,
    });
  });

  it('plays what it is told, once', () => {
    const args = ['spill', 'recovery', 'spill', '--policy', 'weir', '--policy=nearest', '--seed', '7', '--json'];
    const options = readOptions([...args, '--out', 'elsewhere']);
    expect(options?.scenarios.map(({ name }) => name)).toEqual(['spill', 'recovery']);
    expect(options).toMatchObject({
      policies: ['weir', 'nearest'],
      seed: 7,
      isJson: true,
      outputDirectory: 'elsewhere',
    });
  });

  it.each([
    [['storm'], 'there is no scenario "storm"'],
    [['--policy', 'luck'], 'there is no policy "luck"'],
    [['--seed', '-1'], /seed/],
    [['--seed', 'x'], '--seed must be a whole number below 1,000,000,000, not "x"'],
    [['--fast'], /fast/],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });

  it('helps, naming every scenario', () => {
    expect(readOptions(['--help'])).toBeNull();
    for (const { name, title } of ALL_SCENARIOS) expect(HELP).toMatch(new RegExp(`${name} +${title}`));
  });
});
