import { type Replay, replayCycle } from '#core/replay/replay-cycle.js';
import { createAssignmentSolver } from '#solver/create-assignment-solver.js';
import { replayChart } from './replay-chart.js';
import { writeChartFile } from './write-chart.js';

/** Decides a cycle again on this machine, with the solvers that the control plane uses. */
export function replayStored(stored: Parameters<typeof replayCycle>[0]): Replay {
  return replayCycle(stored, createAssignmentSolver());
}

/** Draws what was decided again, oldest first, into a file. */
export function drawReplays(
  replays: readonly (Pick<Replay, 'decision'> & { readonly cycle: number })[],
  file: string,
): Promise<void> {
  const cycles = replays.flatMap(({ cycle, decision: { state } }) =>
    state.plan === null ? [] : [{ id: cycle, plan: state.plan }],
  );
  return writeChartFile(replayChart(cycles), file);
}
