import { parentPort } from 'node:worker_threads';
import type { CycleInput } from '#core/decide.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { NetworkSimplexSolver } from '#solver/network-simplex/network-simplex-solver.js';
import { SizedSolver } from '#solver/sized-solver.js';
import { decideTimed } from './timed-decision.js';

/** Entry of the worker thread: one input in, one timed decision out. A throw ends the thread, and the caller hears of it. */
const solver = new SizedSolver(new LinearProgramSolver(), new NetworkSimplexSolver());

parentPort?.on('message', (input: CycleInput) => {
  parentPort?.postMessage(decideTimed(input, solver));
});
