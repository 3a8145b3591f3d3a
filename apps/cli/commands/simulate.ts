import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { POLICY_NAMES, type PolicyName } from '#simulation/policies/policy.js';
import { simulate, type ScenarioResult } from '#simulation/run/simulate.js';
import { ALL_SCENARIOS } from '#simulation/scenarios/all-scenarios.js';
import type { Scenario } from '#simulation/scenarios/scenario.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { EXIT } from '../exit-codes.js';
import { say } from '../output/terminal.js';
import { renderScenario } from '../simulate/render-table.js';
import { resultDocument } from '../simulate/result-document.js';
import type { Surroundings } from './surroundings.js';

interface SimulateOptions {
  readonly policy: readonly PolicyName[];
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

const SCENARIOS = `
Scenarios (all of them when none is named):
${ALL_SCENARIOS.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join('\n')}

Ends with ${EXIT.done} when Weir met every target, ${EXIT.failed} when it missed one.`;

export function simulateCommand({ terminal, exitWith }: Surroundings): Command {
  return new Command('simulate')
    .description('play worlds against the real decision and against what people use today; needs no control plane')
    .argument('[scenarios...]', 'by name', scenarioNamed, [])
    .option('--policy <name>', `one of ${POLICY_NAMES.join(', ')}; may be repeated (all of them)`, policyNamed, [])
    .option('--seed <n>', 'of all that is random; the same seed gives the same numbers', seedOf, 1)
    .option('--out <directory>', 'where results.json and charts are written', 'simulation-output')
    .option('--json', 'print the results as JSON instead of tables')
    .addHelpText('after', SCENARIOS)
    .action(async (named: readonly Scenario[], { policy, seed, out, json = false }: SimulateOptions) => {
      // What draws is large, and no other command needs it.
      const { writeChart } = await import('../simulate/write-chart.js');
      const tell = (text: string): void => {
        if (!json) say(terminal, text);
      };
      const results: ScenarioResult[] = [];
      for (const scenario of named.length === 0 ? ALL_SCENARIOS : named) {
        const policies = policy.length === 0 ? POLICY_NAMES : policy;
        const result = simulate(scenario, { policies, seed, createSolver: createAssignmentSolver });
        tell(renderScenario(result));
        await writeChart(result, out);
        results.push(result);
      }
      const document = `${JSON.stringify(resultDocument(seed, results), null, 2)}\n`;
      await mkdir(out, { recursive: true });
      await writeFile(join(out, 'results.json'), document);
      if (json) say(terminal, document);
      const missed = missedTargets(results);
      tell(`results.json and charts are in ${out}`);
      tell(missed.length === 0 ? 'Every target is met.' : ['Missed targets:', ...missed].join('\n  '));
      if (missed.length > 0) exitWith(EXIT.failed);
    });
}

function missedTargets(results: readonly ScenarioResult[]): readonly string[] {
  return results.flatMap(({ scenario, findings }) =>
    findings.filter(({ isMet }) => !isMet).map(({ claim }) => `${scenario.name}: ${claim}`),
  );
}

function scenarioNamed(name: string, earlier: readonly Scenario[]): readonly Scenario[] {
  const scenario = ALL_SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) throw new InvalidArgumentError(`there is no scenario "${name}"`);
  return earlier.includes(scenario) ? earlier : [...earlier, scenario];
}

function policyNamed(name: string, earlier: readonly PolicyName[]): readonly PolicyName[] {
  const policy = POLICY_NAMES.find((each) => each === name);
  if (policy === undefined) throw new InvalidArgumentError(`there is no policy "${name}"`);
  return earlier.includes(policy) ? earlier : [...earlier, policy];
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('it must be a whole number below 1,000,000,000');
  return Number(text);
}
