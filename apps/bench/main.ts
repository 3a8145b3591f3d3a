import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { CYCLE_SUBJECTS, SOLVER_SUBJECTS } from './subjects.js';
import type { CycleFigures } from './measure/measure-cycle.js';
import type { SolverFigures } from './measure/measure-solver.js';
import { runEdge } from './edge/run-edge.js';
import type { FleetFigures } from './agents/measure-fleet.js';
import { readOptions, type Options } from './options.js';
import { sectionOf, withSection } from './report/page-section.js';
import type { ApiFigures } from './measure/measure-api.js';
import { AGENTS_HEADING, renderAgentsSection } from './report/render-agents-section.js';
import { API_HEADING, renderApiSection } from './report/render-api-section.js';
import { EDGE_HEADING, renderEdgeSection } from './report/render-edge-section.js';
import { renderPage } from './report/render-page.js';
import { runChild } from './run-child.js';

/**
 * Measures the solver and the whole cycle, the edge agent beside the references, many agents on one control plane, and the API
 * beside a plain route, in this one run, and writes the page of results. Every figure comes from a process of its own, one at
 * a time, so that none bears another's memory or compiled code. A section that is not measured stays as the page has it.
 */
const options = readOptions(process.argv.slice(2));
const before = options.out === null ? '' : await readFile(options.out, 'utf8').catch(() => '');
const decision = isMeasured('decision') ? await measureDecision(options) : before;
const edge = isMeasured('edge') ? renderEdgeSection(await runEdge()) : sectionOf(before, EDGE_HEADING);
const agents = isMeasured('agents') ? await measureAgents() : sectionOf(before, AGENTS_HEADING);
const api = isMeasured('api') ? await measureApi() : sectionOf(before, API_HEADING);
const page = [edge, agents, api].filter((section) => section !== '').reduce(withSection, decision);
if (options.out === null) process.stdout.write(`\n${page}`);
else await writeFile(options.out, page);

function isMeasured(part: NonNullable<Options['only']>): boolean {
  return options.only === null || options.only === part;
}

async function measureAgents(): Promise<string> {
  process.stdout.write('a thousand agents … ');
  const figures = await runChild<FleetFigures>('measure-agents', []);
  process.stdout.write(`${figures.publicationP99Ms.toFixed(0)} ms\n`);
  return renderAgentsSection(figures);
}

async function measureApi(): Promise<string> {
  process.stdout.write('the API beside a plain route … ');
  const figures = await runChild<ApiFigures>('measure-api', []);
  process.stdout.write(`${figures.read.requestsPerSecond.toFixed(0)} reads/s\n`);
  return renderApiSection(figures);
}

async function measureDecision({ mostArcs }: Options): Promise<string> {
  const solvers: SolverFigures[] = [];
  for (const subject of SOLVER_SUBJECTS.filter(({ arcs }) => arcs <= mostArcs)) {
    process.stdout.write(`${subject.solver}, ${subject.arcs} arcs … `);
    const figures = await runChild<SolverFigures>('measure-solver', [subject.solver, String(subject.arcs)]);
    solvers.push(figures);
    process.stdout.write(`${figures.coldMs.toFixed(1)} ms\n`);
  }
  const cycles: CycleFigures[] = [];
  for (const { edges, balancers, origins } of CYCLE_SUBJECTS) {
    if (edges * balancers * origins > mostArcs) continue;
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
  return renderPage({ solvers, cycles, machine });
}
