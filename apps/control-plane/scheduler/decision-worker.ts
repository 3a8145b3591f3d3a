import { parentPort } from 'node:worker_threads';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { ArchiveWriter } from '#storage/archive/archive-writer.js';
import { composeCycleArchive, leavesRoomForFacts } from '#storage/archive/cycle-archive.js';
import { DecisionDesk } from './decision-desk.js';
import type { FromDecisionWorker, ToDecisionWorker } from './decision-messages.js';

/** Entry of the worker thread. A throw or a rejection ends the thread, and the caller hears of it. */
const desk = new DecisionDesk(
  createAssignmentSolver(),
  { startDocument: () => new ArchiveWriter(), leavesRoomForFacts, compose: composeCycleArchive },
  post,
);

parentPort?.on('message', (message: ToDecisionWorker) => {
  void desk.accept(message);
});

/** Archives are handed over, not copied. */
function post(message: FromDecisionWorker): void {
  const archive = message.kind === 'end' ? message.archive : null;
  const parts = archive === null ? [] : [archive.input, archive.state, archive.plan];
  parentPort?.postMessage(
    message,
    parts.flatMap((part) => (part === null ? [] : [part.buffer as ArrayBuffer])),
  );
}
