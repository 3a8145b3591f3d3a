import { beforeEach, describe, expect, it } from 'vitest';
import { factsOf, stateOf } from '#core/archive/cycle-documents.js';
import { documentLines } from '#core/archive/document-lines.js';
import { documentPieces, PieceReader } from '#core/archive/document-pieces.js';
import { statePieces } from '#core/archive/packed-state.js';
import { type CycleState, decide, INITIAL_CYCLE_STATE } from '#core/decide.js';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { founding, Rehearsal, seen } from '#testkit/rehearsal.js';
import { type Archiving, DecisionDesk } from './decision-desk.js';
import type { FromDecisionWorker } from './decision-messages.js';

const NEVER_NS = 2n ** 62n;
const solver = new LinearProgramSolver();
const text = new TextDecoder();

/** Keeps documents as lines, so that it can be told what was archived. */
function plainArchive(document: object | null): Promise<Uint8Array> {
  return Promise.resolve(new TextEncoder().encode([...documentLines(document)].join('\n')));
}

/** Tells what was put together instead of putting it together. */
class Composed extends Error {
  constructor(readonly parts: Parameters<Archiving['compose']>) {
    super('composed');
  }
}

describe('DecisionDesk', () => {
  const rehearsal = new Rehearsal(founding(), solver);
  const input = rehearsal.nextInput(seen(100));
  let hasRoom: boolean;
  let composed: Parameters<Archiving['compose']> | null;
  let answered: FromDecisionWorker[];
  let desk: DecisionDesk;

  beforeEach(() => {
    hasRoom = true;
    composed = null;
    answered = [];
    const archiving: Archiving = {
      archiveDocument: plainArchive,
      leavesRoomForFacts: () => hasRoom,
      compose: (...parts) => {
        throw new Composed(parts);
      },
    };
    desk = new DecisionDesk(solver, archiving, (message) => answered.push(message));
  });

  /** Answers the state that was decided. */
  async function ask(previous: CycleState | null, isArchived = true): Promise<CycleState> {
    answered = [];
    await desk.accept({ kind: 'begin', isContinued: previous === null, isArchived });
    for (const piece of documentPieces(factsOf(input))) await desk.accept({ kind: 'piece', piece });
    for (const piece of previous === null ? [] : statePieces(previous)) await desk.accept({ kind: 'piece', piece });
    await desk.accept({ kind: 'decide', overAtNs: NEVER_NS });
    try {
      do await desk.accept({ kind: 'next' });
      while (answered.at(-1)?.kind === 'piece');
    } catch (thrown) {
      if (!(thrown instanceof Composed)) throw thrown;
      composed = thrown.parts;
    }
    const reader = new PieceReader();
    for (const message of answered) if (message.kind === 'piece') reader.add(message.piece);
    return stateOf(reader.documents);
  }

  it('decides, and archives what came and what goes', async () => {
    const state = await ask(INITIAL_CYCLE_STATE);
    expect(state).toEqual(decide(input, solver).state);
    const [facts, previous, next] = composed!;
    expect(text.decode(facts)).toBe([...documentLines(factsOf(input))].join('\n'));
    expect(text.decode(previous.plan)).toBe('null');
    expect(text.decode(next.memory)).toBe([...documentLines(state.memory)].join('\n'));
  });

  it('goes on from its last answer, and uses its archive again', async () => {
    const first = await ask(INITIAL_CYCLE_STATE);
    const [, , written] = composed!;
    expect(await ask(null)).toEqual(decide({ ...input, previous: first }, solver).state);
    expect(composed![1]).toBe(written);
  });

  it('archives no facts beside a state that leaves no room for them', async () => {
    await ask(INITIAL_CYCLE_STATE);
    hasRoom = false;
    await ask(null);
    expect(composed![0]).toBeNull();
  });

  it('archives nothing unless asked to', async () => {
    await ask(INITIAL_CYCLE_STATE, false);
    expect(answered.at(-1)).toEqual({ kind: 'end', archive: null });
    expect(composed).toBeNull();
  });

  it('does not go on from a state that it does not have', async () => {
    await expect(ask(null)).rejects.toThrow('a state it does not have');
  });
});
