import { parentPort } from 'node:worker_threads';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { AdviceDesk, type ToAdviceWorker } from './advice-desk.js';
import type { Advice } from './advisor.js';

/** Entry of the worker thread. A throw ends the thread, and the caller hears of it. */
const desk = new AdviceDesk(createAssignmentSolver(), post);

parentPort?.on('message', (message: ToAdviceWorker) => {
  desk.accept(message);
});

/** What is large is handed over, not copied. */
function post(advice: Advice): void {
  parentPort?.postMessage(advice, advice.kind === 'answered' ? [advice.json.buffer] : []);
}
