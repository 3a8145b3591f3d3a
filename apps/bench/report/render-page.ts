import type { CycleFigures } from '../measure/measure-cycle.js';
import type { SolverFigures } from '../measure/measure-solver.js';
import { renderTable } from './render-table.js';

export interface Results {
  readonly solvers: readonly SolverFigures[];
  readonly cycles: readonly CycleFigures[];
  readonly machine: {
    readonly cores: number;
    readonly processor: string;
    readonly memoryGiB: number;
    readonly node: string;
  };
}

/** The page of results, in Markdown. */
export function renderPage(results: Results): string {
  const { cores, processor, memoryGiB, node } = results.machine;
  return `# Benchmarks

Measured in one run, on ${cores} cores (${processor}), ${memoryGiB.toFixed(0)} GiB, Node.js ${node}:

\`\`\`console
$ npm run bench -- --out docs/benchmarks.md
\`\`\`

Machines differ and are shared: look at the ratios. Each line is a process of its own; times are medians.

## The solver

Edges and origins all over a globe, 20 origins, demands from 1 to 1,000 connections per second, all together 80 % of all
capacity; \`libs/benchmark/globe-problem.ts\`. Everything from the problem to the shares counts, for each solver. _Cold_ is a
problem never seen before; _warm_ is the same one after 5 % of its demands moved by 10 %, up or down; _next cycle_ is what the scheduler
really asks: all demands moved by up to 5 %, and shares bound to 2 points around the last ones. Before anything is measured, each
solver has solved other problems of the size for three seconds: a control plane is no process that has just begun. HiGHS is the referee
(WebAssembly, the \`highs\` package, as a linear program); it starts afresh each time.

${solverTable(results.solvers)}

${ratioTable(results.solvers)}

${agreement(results.solvers)}

## The whole cycle

From an observation in memory to the weights of every endpoint on every edge, the way to the worker thread and back
included; every load balancer at every edge may use every origin. Meanwhile the thread that serves the API does nothing
but hand over and take back: how late its event loop was is the last columns. \`libs/benchmark/globe-fleet.ts\`.

${cycleTable(results.cycles)}

${stageTable(results.cycles)}
`;
}

function solverTable(figures: readonly SolverFigures[]): string {
  return renderTable(
    ['solver', 'arcs', 'cold', 'warm', 'next cycle', 'peak memory'],
    figures.map((of) => [
      NAMES[of.solver],
      count(of.arcs),
      ms(of.coldMs),
      of.solver === 'network-simplex' ? ms(of.warmMs) : '–',
      ms(of.nextCycleMs),
      mib(of.peakMemoryMiB),
    ]),
  );
}

const NAMES: Readonly<Record<SolverFigures['solver'], string>> = {
  'network-simplex': 'network simplex',
  'linear-program': 'javascript-lp-solver',
  highs: 'HiGHS',
};

/** How many times as long the references take as the network simplex. */
function ratioTable(figures: readonly SolverFigures[]): string {
  const ours = figures.filter(({ solver }) => solver === 'network-simplex');
  return renderTable(
    ['arcs', 'HiGHS : network simplex, cold', 'javascript-lp-solver : network simplex, cold', 'warm : cold'],
    ours.map((of) => [
      count(of.arcs),
      ratio(figures.find(({ solver, arcs }) => solver === 'highs' && arcs === of.arcs)?.coldMs, of.coldMs),
      ratio(figures.find(({ solver, arcs }) => solver === 'linear-program' && arcs === of.arcs)?.coldMs, of.coldMs),
      `1 : ${(of.coldMs / of.warmMs).toFixed(1)}`,
    ]),
  );
}

function agreement(figures: readonly SolverFigures[]): string {
  const ours = new Map(figures.filter(({ solver }) => solver === 'network-simplex').map((of) => [of.arcs, of.cost]));
  const others = figures.filter(({ solver }) => solver !== 'network-simplex');
  const differences = others.map(({ arcs, cost }) => Math.abs(cost / (ours.get(arcs) ?? Number.NaN) - 1));
  return `Largest relative difference of the optimal costs the solvers found: ${Math.max(0, ...differences).toExponential(1)}.`;
}

function cycleTable(figures: readonly CycleFigures[]): string {
  return renderTable(
    ['edges × load balancers × origins', 'arcs', 'whole cycle', 'event loop p99', 'event loop at most', 'peak memory'],
    figures.map((of) => [
      sizeOf(of),
      count(of.edges * of.balancers * of.origins),
      ms(of.wholeMs),
      ms(Math.max(0, of.eventLoopDelayP99Ms)),
      ms(Math.max(0, of.eventLoopDelayMostMs)),
      mib(of.peakMemoryMiB),
    ]),
  );
}

function stageTable(figures: readonly CycleFigures[]): string {
  const stages = [...new Set(figures.flatMap(({ stageMs }) => Object.keys(stageMs)))];
  return renderTable(
    ['edges × load balancers × origins', ...stages],
    figures.map((of) => [sizeOf(of), ...stages.map((stage) => ms(of.stageMs[stage] ?? Number.NaN))]),
  );
}

function sizeOf({ edges, balancers, origins }: CycleFigures): string {
  return [edges, balancers, origins].map(count).join(' × ');
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}

function ms(figure: number): string {
  if (figure >= 10_000) return `${(figure / 1_000).toFixed(1)} s`;
  return `${figure.toFixed(figure >= 100 ? 0 : figure >= 1 ? 1 : 2)} ms`;
}

function mib(figure: number): string {
  return `${figure.toFixed(0)} MiB`;
}

function ratio(theirs: number | undefined, ours: number): string {
  return theirs === undefined ? '–' : `${(theirs / ours).toFixed(0)} : 1`;
}
