import { type CycleFacts, factsOf, inputOf, stateOf } from '#core/archive/cycle-documents.js';
import { documentLines } from '#core/archive/document-lines.js';
import type { CycleInput, CycleState } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import type { Archived, CycleArchive } from '#core/ports/scheduler-store.js';
import { ArchiveWriter } from './archive-writer.js';
import { readArchive } from './read-archive.js';

/**
 * An input that is larger, compressed, is not kept: a few dozen cycles would be all the history. Some four hundred thousand
 * shares fit.
 */
const MOST_INPUT_BYTES = 32 * 1024 * 1024;

/** A state as two archives, each of one document. The plan of one cycle is thus compressed once, however often it is kept. */
export interface ArchivedState {
  readonly plan: Uint8Array;
  readonly memory: Uint8Array;
}

/** Puts the archives of single documents together. `facts` null: not kept. The answer shares no memory with what it is made of. */
export function composeCycleArchive(
  facts: Uint8Array | null,
  previous: ArchivedState,
  next: ArchivedState,
): CycleArchive {
  const isKept = facts !== null && facts.length + previous.plan.length + previous.memory.length <= MOST_INPUT_BYTES;
  return {
    input: isKept ? (joined([facts, previous.plan, previous.memory]) as Archived<CycleInput>) : null,
    state: joined([next.plan, next.memory]) as Archived<CycleState>,
    plan: joined([next.plan]) as Archived<Plan | null>,
  };
}

/** Whether facts may yet be kept beside this state. */
export function leavesRoomForFacts({ plan, memory }: ArchivedState): boolean {
  return plan.length + memory.length < MOST_INPUT_BYTES;
}

/** Archives a whole cycle, for whoever has no worker to do it. The event loop turns between two lines. */
export async function archiveCycle(input: CycleInput, state: CycleState): Promise<CycleArchive> {
  const previous = await archiveState(input.previous);
  const facts = leavesRoomForFacts(previous) ? await archiveDocument(factsOf(input)) : null;
  // A cycle that kept everything leaves the state it found.
  return composeCycleArchive(facts, previous, state === input.previous ? previous : await archiveState(state));
}

async function archiveState({ plan, memory }: CycleState): Promise<ArchivedState> {
  return { plan: await archiveDocument(plan), memory: await archiveDocument(memory) };
}

/** These three reject when the archive is damaged. Its shape is trusted, because nothing else writes archives. */
export async function readInput(archive: Archived<CycleInput>): Promise<CycleInput> {
  const [facts, ...previous] = await readArchive(archive);
  return inputOf(facts as CycleFacts, stateOf(previous));
}

export async function readState(archive: Archived<CycleState>): Promise<CycleState> {
  return stateOf(await readArchive(archive));
}

export async function readPlan(archive: Archived<Plan | null>): Promise<Plan | null> {
  return stateOf(await readArchive(archive)).plan;
}

/** The event loop turns between two lines. */
export async function archiveDocument(document: object | null): Promise<Uint8Array> {
  const writer = new ArchiveWriter();
  for (const line of documentLines(document)) await writer.add(line);
  return writer.finish();
}

function joined(archives: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(archives.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const archive of archives) {
    whole.set(archive, offset);
    offset += archive.length;
  }
  return whole;
}
