import { type CycleFacts, inputOf, stateOf } from '#core/archive/cycle-documents.js';
import { beginsDocument, documentLines, DocumentReader } from '#core/archive/document-lines.js';
import type { CycleInput, CycleState } from '#core/decide.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';
import type { ArchivedState } from '#storage/archive/cycle-archive.js';
import type { TimedDecision } from './decider.js';
import type { AnswerTail, FromDecisionWorker, ToDecisionWorker } from './decision-messages.js';
import { decideTimed } from './timed-decision.js';

/** Compresses the lines of one document. */
export interface LineArchiver {
  add(line: string): Promise<void>;
  finish(): Promise<Uint8Array>;
}

/** How archives are written. */
export interface Archiving {
  startDocument(): LineArchiver;
  leavesRoomForFacts(previous: ArchivedState): boolean;
  compose(facts: Uint8Array | null, previous: ArchivedState, next: ArchivedState): CycleArchive;
}

/** A state and its archive, which is missing when none was asked for. */
interface HeldState {
  readonly state: CycleState;
  readonly archive: ArchivedState | null;
}

/** Lines that wait to be compressed take memory, a quarter of a megabyte each. */
const MOST_WAITING_LINES = 256;

/** The worker's end: takes a question line by line, decides, and gives the answer line by line. */
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
      case 'line':
        this.#question?.add(message.line);
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
    this.#question = new Question(isContinued ? this.#held : null, isArchived ? this.archiving : null);
    // It is large, and not needed beside the one that is sent.
    this.#held = null;
  }

  async *#answerTo(overAtNs: bigint): AsyncGenerator<FromDecisionWorker, void> {
    const question = this.#question;
    if (question === null) throw new Error('the worker was asked to decide nothing');
    this.#question = null;
    const timed = decideTimed(question.read(), this.solver, () => process.hrtime.bigint() >= overAtNs);
    const { plan, memory } = timed.decision.state;
    const archivers = [question.startDocument(), question.startDocument()] as const;
    yield* archivedLines(plan, archivers[0]);
    yield* archivedLines(memory, archivers[1]);
    // Comes last, because nobody archives it: what is yet to be compressed is compressed meanwhile.
    yield* linesOf(tailOf(timed));
    const next = await archivedState(archivers);
    const previous = await question.archivedPrevious();
    this.#held = { state: timed.decision.state, archive: next };
    const isArchived = previous !== null && next !== null;
    yield {
      kind: 'end',
      archive: isArchived ? this.archiving.compose(await question.archivedFacts(), previous, next) : null,
    };
  }
}

/** One question as it comes in. */
class Question {
  #reader = new DocumentReader();
  /** One for each document: facts, then plan and memory when they are sent. */
  readonly #archivers: (LineArchiver | null)[] = [];

  #heldState: CycleState | null;
  readonly #heldArchive: ArchivedState | null;

  constructor(
    held: HeldState | null,
    private readonly archiving: Archiving | null,
  ) {
    this.#heldState = held?.state ?? null;
    this.#heldArchive = held?.archive ?? null;
  }

  add(line: string): void {
    if (beginsDocument(line)) this.#archivers.push(this.#isNextKept() ? this.startDocument() : null);
    this.#reader.add(line);
    // Not awaited: lines come as fast as they come. A failure ends the thread.
    void this.#archivers.at(-1)?.add(line);
  }

  startDocument(): LineArchiver | null {
    return this.archiving?.startDocument() ?? null;
  }

  /** What to decide from. Once only: nothing of it is kept, for it is large. */
  read(): CycleInput {
    const [facts, ...sent] = this.#reader.documents;
    const previous = this.#heldState ?? stateOf(sent);
    this.#reader = new DocumentReader();
    this.#heldState = null;
    return inputOf(facts as CycleFacts, previous);
  }

  async archivedFacts(): Promise<Uint8Array | null> {
    return (await this.#archivers[0]?.finish()) ?? null;
  }

  async archivedPrevious(): Promise<ArchivedState | null> {
    if (this.#heldArchive !== null) return this.#heldArchive;
    return archivedState([this.#archivers[1] ?? null, this.#archivers[2] ?? null]);
  }

  /** Facts are not kept beside a state that alone is too large. */
  #isNextKept(): boolean {
    return this.#heldArchive === null || this.archiving?.leavesRoomForFacts(this.#heldArchive) !== false;
  }
}

async function archivedState([plan, memory]: readonly [
  LineArchiver | null,
  LineArchiver | null,
]): Promise<ArchivedState | null> {
  return plan === null || memory === null ? null : { plan: await plan.finish(), memory: await memory.finish() };
}

function tailOf({ decision, stageSeconds }: TimedDecision): AnswerTail {
  const { outcome, weights, solverRescues } = decision;
  return { outcome, weights, solverRescues, stageSeconds };
}

function* linesOf(document: object | null): Generator<FromDecisionWorker, void> {
  for (const line of documentLines(document)) yield { kind: 'line', line };
}

/** Compresses lines while they and others are on their way. */
async function* archivedLines(
  document: object | null,
  archiver: LineArchiver | null,
): AsyncGenerator<FromDecisionWorker, void> {
  const waiting: (Promise<void> | undefined)[] = [];
  for (const line of documentLines(document)) {
    waiting.push(archiver?.add(line));
    yield { kind: 'line', line };
    if (waiting.length > MOST_WAITING_LINES) await waiting.shift();
  }
}
