import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulate, type ScenarioResult } from '#simulation/run/simulate.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { HELP, readOptions, type SimulateOptions, UsageError } from './options.js';
import { renderScenario } from './render-table.js';
import { resultDocument } from './result-document.js';
import { writeChart } from './write-chart.js';

const EXIT = { met: 0, missed: 1, usage: 2 };

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}; see --help\n`);
  process.exitCode = EXIT.usage;
}

/** Plays, writes and judges. Answers the exit code. */
async function run(options: SimulateOptions): Promise<number> {
  const { scenarios, policies, seed, outputDirectory, isJson } = options;
  const tell = (text: string): void => {
    if (!isJson) process.stdout.write(`${text}\n`);
  };
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = simulate(scenario, { policies, seed, createSolver: createAssignmentSolver });
    tell(renderScenario(result));
    await writeChart(result, outputDirectory);
    results.push(result);
  }
  const document = `${JSON.stringify(resultDocument(seed, results), null, 2)}\n`;
  await mkdir(outputDirectory, { recursive: true });
  await writeFile(join(outputDirectory, 'results.json'), document);
  if (isJson) process.stdout.write(document);
  const missed = results.flatMap(({ scenario, findings }) =>
    findings.filter(({ isMet }) => !isMet).map(({ claim }) => `${scenario.name}: ${claim}`),
  );
  tell(`results.json and charts are in ${outputDirectory}`);
  tell(
    missed.length === 0 ? 'Every target is met.' : `Missed targets:\n${missed.map((each) => `  ${each}`).join('\n')}`,
  );
  return missed.length === 0 ? EXIT.met : EXIT.missed;
}
