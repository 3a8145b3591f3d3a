import { parseArgs } from 'node:util';
import { POLICY_NAMES, type PolicyName } from '#simulation/policies/policy.js';
import { ALL_SCENARIOS } from '#simulation/scenarios/all-scenarios.js';
import type { Scenario } from '#simulation/scenarios/scenario.js';

export interface SimulateOptions {
  readonly scenarios: readonly Scenario[];
  readonly policies: readonly PolicyName[];
  readonly seed: number;
  readonly outputDirectory: string;
  /** The results as JSON on standard output, instead of tables. */
  readonly isJson: boolean;
}

/** The command line says something unusable. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `npm run simulate -- [scenario...] [options]

Plays worlds of edges, origins and users against Weir's real decision and against what people use today, and judges what
Weir makes of them. Writes results.json, and a chart of each scenario.

Scenarios (all of them when none is named):
${ALL_SCENARIOS.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join('\n')}

  --policy <name>     one of ${POLICY_NAMES.join(', ')};
                      may be given more than once (all of them)
  --seed <n>          of all that is random; the same seed gives the same numbers (1)
  --out <directory>   where files are written (./simulation-output)
  --json              print the results as JSON instead of tables
  --help              this text

Ends with 0 when Weir met every target, 1 when it missed one, 2 for wrong options.
`;

const OPTIONS = {
  policy: { type: 'string', multiple: true },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'simulation-output' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What to do; `null` when help is asked for. Throws a `UsageError`. */
export function readOptions(args: readonly string[]): SimulateOptions | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  return {
    scenarios: positionals.length === 0 ? ALL_SCENARIOS : [...new Set(positionals)].map(scenarioNamed),
    policies: values.policy === undefined ? POLICY_NAMES : [...new Set(values.policy.map(policyNamed))],
    seed: seedOf(values.seed),
    outputDirectory: values.out,
    isJson: values.json,
  };
}

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function scenarioNamed(name: string): Scenario {
  const scenario = ALL_SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) throw new UsageError(`there is no scenario "${name}"`);
  return scenario;
}

function policyNamed(name: string): PolicyName {
  const policy = POLICY_NAMES.find((each) => each === name);
  if (policy === undefined) throw new UsageError(`there is no policy "${name}"`);
  return policy;
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--seed must be a whole number below 1,000,000,000, not "${text}"`);
  return Number(text);
}
