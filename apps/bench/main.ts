import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { CYCLE_SUBJECTS, SOLVER_SUBJECTS } from './subjects.js';
import type { CycleFigures } from './measure/measure-cycle.js';
import type { SolverFigures } from './measure/measure-solver.js';
import { readOptions } from './options.js';
import { renderPage } from './report/render-page.js';
import { runChild } from './run-child.js';

/**
 * Measures the solver and the whole cycle, beside the references, in this one run, and writes the page of results. Every
 * figure comes from a process of its own, one at a time, so that none bears another's memory or compiled code.
 */
const options = readOptions(process.argv.slice(2));
const solvers: SolverFigures[] = [];
for (const subject of SOLVER_SUBJECTS.filter(({ arcs }) => arcs <= options.mostArcs)) {
  process.stdout.write(`${subject.solver}, ${subject.arcs} arcs … `);
  const figures = await runChild<SolverFigures>('measure-solver', [subject.solver, String(subject.arcs)]);
  solvers.push(figures);
  process.stdout.write(`${figures.coldMs.toFixed(1)} ms\n`);
}
const cycles: CycleFigures[] = [];
for (const { edges, balancers, origins } of CYCLE_SUBJECTS) {
  if (edges * balancers * origins > options.mostArcs) continue;
  process.stdout.write(`cycle, ${edges} edges × ${balancers} load balancers × ${origins} origins … `);
  const figures = await runChild<CycleFigures>('measure-cycle', [edges, balancers, origins].map(String));
  cycles.push(figures);
  process.stdout.write(`${(figures.wholeMs / 1_000).toFixed(2)} s\n`);
}
const machine = {
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGiB: totalmem() / 2 ** 30,
  node: process.version,
};
const page = renderPage({ solvers, cycles, machine });
if (options.out === null) process.stdout.write(`\n${page}`);
else await writeFile(options.out, page);
