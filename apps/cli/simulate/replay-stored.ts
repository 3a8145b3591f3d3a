import { type Replay, replayCycle } from '#core/replay/replay-cycle.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';

/** Decides a cycle again on this machine, with the solvers that the control plane uses. */
export function replayStored(stored: Parameters<typeof replayCycle>[0]): Replay {
  return replayCycle(stored, createAssignmentSolver());
}
