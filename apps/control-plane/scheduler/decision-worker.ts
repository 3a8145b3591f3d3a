import { parentPort } from 'node:worker_threads';
import type { CycleInput } from '#core/decide.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { decideTimed } from './timed-decision.js';

/** Entry of the worker thread: one input in, one timed decision out. A throw ends the thread, and the caller hears of it. */
const solver = new LinearProgramSolver();

parentPort?.on('message', (input: CycleInput) => {
  parentPort?.postMessage(decideTimed(input, solver));
});
