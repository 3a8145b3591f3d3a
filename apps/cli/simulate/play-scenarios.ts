import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { POLICY_NAMES, type PolicyName } from '#simulation/policies/policy.js';
import { simulate, type ScenarioResult } from '#simulation/run/simulate.js';
import { ALL_SCENARIOS } from '#simulation/scenarios/all-scenarios.js';
import type { Scenario } from '#simulation/scenarios/scenario.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { UsageError } from '../failure.js';
import { type Answer, type Column, type Format, renderAnswer, renderTable } from '../output/render.js';
import { say, type Terminal } from '../output/terminal.js';
import { renderScenario } from './render-table.js';
import { resultDocument } from './result-document.js';
import { writeChart } from './write-chart.js';

export interface Playing {
  /** Names; all of them when there are none, and likewise of the policies. */
  readonly scenarios: readonly string[];
  readonly policy: readonly string[];
  readonly seed: number;
  /** Directory of results and charts. */
  readonly out: string;
  readonly format: Format;
  readonly terminal: Terminal;
}

const COLUMNS: readonly Column<Scenario>[] = [
  { header: 'scenario', cell: ({ name }) => name },
  { header: 'what it plays', cell: ({ title }) => title },
];

export function listScenarios(): Answer {
  const scenarios = ALL_SCENARIOS.map(({ name, title }) => ({ name, title }));
  const text = `${renderTable(ALL_SCENARIOS, COLUMNS)}\nPolicies: ${POLICY_NAMES.join(', ')}`;
  return { text, document: { scenarios, policies: POLICY_NAMES } };
}

/** Plays and draws them; answers the targets that Weir missed. Throws a `UsageError` for a name it does not know. */
export async function playScenarios({
  scenarios,
  policy,
  seed,
  out,
  format,
  terminal,
}: Playing): Promise<readonly string[]> {
  const chosen = scenarios.length === 0 ? ALL_SCENARIOS : [...new Set(scenarios)].map(scenarioNamed);
  const policies = policy.length === 0 ? POLICY_NAMES : [...new Set(policy)].map(policyNamed);
  const tell = (text: string): void => {
    if (format === 'table') say(terminal, text);
  };
  const results: ScenarioResult[] = [];
  for (const scenario of chosen) {
    const result = simulate(scenario, { policies, seed, createSolver: createAssignmentSolver });
    tell(renderScenario(result));
    await writeChart(result, out);
    results.push(result);
  }
  const document = resultDocument(seed, results);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'results.json'), `${JSON.stringify(document, null, 2)}\n`);
  if (format !== 'table') say(terminal, renderAnswer(format, { text: '', document }));
  const missed = missedTargets(results);
  tell(`results.json and charts are in ${out}`);
  tell(missed.length === 0 ? 'Every target is met.' : ['Missed targets:', ...missed].join('\n  '));
  return missed;
}

function missedTargets(results: readonly ScenarioResult[]): readonly string[] {
  return results.flatMap(({ scenario, findings }) =>
    findings.filter(({ isMet }) => !isMet).map(({ claim }) => `${scenario.name}: ${claim}`),
  );
}

function scenarioNamed(name: string): Scenario {
  const scenario = ALL_SCENARIOS.find((each) => each.name === name);
  if (scenario !== undefined) return scenario;
  throw new UsageError(`there is no scenario "${name}"; \`weirctl simulate --list\` names them`);
}

function policyNamed(name: string): PolicyName {
  const policy = POLICY_NAMES.find((each) => each === name);
  if (policy !== undefined) return policy;
  throw new UsageError(`there is no policy "${name}"; there are ${POLICY_NAMES.join(', ')}`);
}
