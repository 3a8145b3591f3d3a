import { type CycleFacts, factsOf, inputOf, stateOf } from '#core/archive/cycle-documents.js';
import { type DocumentPiece, documentPieces, PieceReader } from '#core/archive/document-pieces.js';
import type { CycleInput, CycleState } from '#core/decide.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';
import type { ArchivedState } from '#storage/archive/cycle-archive.js';
import type { TimedDecision } from './decider.js';
import type { AnswerTail, FromDecisionWorker, ToDecisionWorker } from './decision-messages.js';
import { decideTimed } from './timed-decision.js';

/** How archives are written. */
export interface Archiving {
  archiveDocument(document: object | null): Promise<Uint8Array>;
  leavesRoomForFacts(previous: ArchivedState): boolean;
  compose(facts: Uint8Array | null, previous: ArchivedState, next: ArchivedState): CycleArchive;
}

/** A state and its archive, which is missing when none was asked for. */
interface HeldState {
  readonly state: CycleState;
  readonly archive: ArchivedState | null;
}

/** The worker's end: takes a question piece by piece, decides, and gives the answer piece by piece. */
export class DecisionDesk {
  /** The state of the last answer. */
  #held: HeldState | null = null;
  #question: Question | null = null;
  #answer: AsyncIterator<FromDecisionWorker, void> | null = null;

  constructor(
    private readonly solver: AssignmentSolver,
    private readonly archiving: Archiving,
    private readonly post: (message: FromDecisionWorker) => void,
  ) {}

  /** Rejects when the question cannot be decided. */
  async accept(message: ToDecisionWorker): Promise<void> {
    switch (message.kind) {
      case 'begin':
        this.#begin(message.isContinued, message.isArchived);
        return;
      case 'piece':
        this.#question?.add(message.piece);
        return;
      case 'decide':
        this.#answer = this.#answerTo(message.overAtNs);
        return;
      case 'next': {
        const next = await this.#answer?.next();
        if (next?.done === false) this.post(next.value);
      }
    }
  }

  #begin(isContinued: boolean, isArchived: boolean): void {
    if (isContinued && this.#held === null)
      throw new Error('the worker was asked to go on from a state it does not have');
    this.#question = new Question(isContinued ? this.#held : null, isArchived);
    // It is large, and not needed beside the one that is sent.
    this.#held = null;
  }

  async *#answerTo(overAtNs: bigint): AsyncGenerator<FromDecisionWorker, void> {
    const question = this.#question;
    if (question === null) throw new Error('the worker was asked to decide nothing');
    this.#question = null;
    const asked = question.read();
    const timed = decideTimed(asked.input, this.solver, () => process.hrtime.bigint() >= overAtNs);
    const { state } = timed.decision;
    yield* messagesOf(state.plan);
    yield* messagesOf(state.memory);
    yield* messagesOf(tailOf(timed));
    const archives = question.isArchived ? await this.#archive(asked, state) : null;
    this.#held = { state, archive: archives?.next ?? null };
    yield {
      kind: 'end',
      archive: archives && this.archiving.compose(archives.facts, archives.previous, archives.next),
    };
  }

  async #archive({ input, heldArchive }: AskedQuestion, state: CycleState): Promise<CycleArchives> {
    const { archiving } = this;
    const previous = heldArchive ?? (await this.#archiveState(input.previous));
    const facts = archiving.leavesRoomForFacts(previous) ? await archiving.archiveDocument(factsOf(input)) : null;
    return { facts, previous, next: await this.#archiveState(state) };
  }

  async #archiveState({ plan, memory }: CycleState): Promise<ArchivedState> {
    const { archiving } = this;
    return { plan: await archiving.archiveDocument(plan), memory: await archiving.archiveDocument(memory) };
  }
}

/** What the archive of a cycle is put together from. */
interface CycleArchives {
  readonly facts: Uint8Array | null;
  readonly previous: ArchivedState;
  readonly next: ArchivedState;
}

interface AskedQuestion {
  readonly input: CycleInput;
  /** Of the state to start from; null when it is not at hand. */
  readonly heldArchive: ArchivedState | null;
}

/** One question as it comes in: facts, then plan and memory when they are sent. */
class Question {
  readonly #reader = new PieceReader();

  constructor(
    private readonly held: HeldState | null,
    readonly isArchived: boolean,
  ) {}

  add(piece: DocumentPiece): void {
    this.#reader.add(piece);
  }

  read(): AskedQuestion {
    const [facts, ...sent] = this.#reader.documents;
    const previous = this.held?.state ?? stateOf(sent);
    return { input: inputOf(facts as CycleFacts, previous), heldArchive: this.held?.archive ?? null };
  }
}

function tailOf({ decision, stageSeconds }: TimedDecision): AnswerTail {
  const { outcome, weights, solverRescues } = decision;
  return { outcome, weights, solverRescues, stageSeconds };
}

function* messagesOf(document: object | null): Generator<FromDecisionWorker, void> {
  for (const piece of documentPieces(document)) yield { kind: 'piece', piece };
}
