import { parentPort } from 'node:worker_threads';
import { buffersOfPiece } from '#core/archive/document-pieces.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { archiveDocument, composeCycleArchive, leavesRoomForFacts } from '#storage/archive/cycle-archive.js';
import { DecisionDesk } from './decision-desk.js';
import type { FromDecisionWorker, ToDecisionWorker } from './decision-messages.js';

/** Entry of the worker thread. A throw or a rejection ends the thread, and the caller hears of it. */
const desk = new DecisionDesk(
  createAssignmentSolver(),
  { archiveDocument, leavesRoomForFacts, compose: composeCycleArchive },
  post,
);

parentPort?.on('message', (message: ToDecisionWorker) => {
  void desk.accept(message);
});

/** What is large is handed over, not copied. */
function post(message: FromDecisionWorker): void {
  parentPort?.postMessage(
    message,
    message.kind === 'piece' ? buffersOfPiece(message.piece) : archiveBuffers(message.archive),
  );
}

function archiveBuffers(archive: CycleArchive | null): readonly ArrayBuffer[] {
  const parts = archive === null ? [] : [archive.input, archive.state, archive.plan];
  return parts.flatMap((part) => (part === null ? [] : [part.buffer as ArrayBuffer]));
}
