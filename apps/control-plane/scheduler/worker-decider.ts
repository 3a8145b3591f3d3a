import { factsOf } from '#core/archive/cycle-documents.js';
import { buffersOfPiece, type DocumentPiece, documentPieces, PieceReader } from '#core/archive/document-pieces.js';
import { stateOfPieces, statePieces } from '#core/archive/packed-state.js';
import type { CycleInput, CycleState } from '#core/decide.js';
import type { Plan } from '#core/plan/plan.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';
import { TimeSlices } from '../time-slices.js';
import type { Decider, TimedDecision } from './decider.js';
import type { AnswerTail, FromDecisionWorker, ToDecisionWorker } from './decision-messages.js';
import { solverOverAtNs } from './decision-deadline.js';
import { DecisionThread } from './decision-thread.js';
import { withRoomToDecide } from './room-to-decide.js';

type Thread = DecisionThread<ToDecisionWorker, FromDecisionWorker>;

/** The next part of an answer is asked for. */
const NEXT = { kind: 'next' } as const;

/** The thread that decides, as built. */
export const DECISION_WORKER = new URL('./decision-worker.js', import.meta.url);

export interface WorkerDeciderOptions {
  /** Whether the worker also writes archives for the history. */
  readonly isArchiving?: boolean;
}

/**
 * Decides in a worker thread. Question and answer pass in small pieces, and the event loop turns between them; a state that
 * the worker has from its last decision is not sent again. A decision that takes too long cannot be interrupted from outside,
 * so its thread is ended; the next decision gets a new one. `deadlineMs` is for the question and the
 * decision; the answer may take as long again to come back.
 */
export class WorkerDecider implements Decider {
  #thread: Thread | null = null;
  /** The state that the worker has, too: that of its last answer. */
  #held: CycleState | null = null;

  constructor(
    private readonly entry: URL,
    private readonly deadlineMs: number,
    private readonly options: WorkerDeciderOptions = {},
  ) {}

  decide(input: CycleInput): Promise<TimedDecision> {
    return withRoomToDecide(input.configuration, () => this.#decide(input));
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    this.#held = null;
    await thread?.end();
  }

  async #decide(input: CycleInput): Promise<TimedDecision> {
    const { deadlineMs } = this;
    const overAtNs = solverOverAtNs(deadlineMs);
    try {
      const thread = this.#liveThread();
      const within = (): AbortSignal => AbortSignal.any([thread.gone, AbortSignal.timeout(deadlineMs)]);
      const deciding = within();
      await this.#handOver(thread, input, overAtNs, deciding);
      const first = await thread.ask(NEXT, deciding);
      const timed = await takeBack(thread, first, within());
      this.#held = timed.decision.state;
      return timed;
    } catch (cause) {
      await this.stop();
      throw new Error(`the decision worker gave no answer (it has ${deadlineMs} ms)`, { cause });
    }
  }

  /** One that ended between two decisions took what it held along. */
  #liveThread(): Thread {
    if (this.#thread === null || this.#thread.gone.aborted) {
      this.#thread = new DecisionThread(this.entry);
      this.#held = null;
    }
    return this.#thread;
  }

  async #handOver(thread: Thread, input: CycleInput, overAtNs: bigint, signal: AbortSignal): Promise<void> {
    const isContinued = input.previous === this.#held;
    const slices = new TimeSlices();
    thread.post({ kind: 'begin', isContinued, isArchived: this.options.isArchiving === true });
    const hand = async (piece: DocumentPiece, memory: readonly ArrayBuffer[]): Promise<void> => {
      thread.post({ kind: 'piece', piece }, memory);
      await slices.pause();
      signal.throwIfAborted();
    };
    for (const piece of documentPieces(factsOf(input))) await hand(piece, buffersOfPiece(piece));
    // Copied, because what a state is made of is yet to be read here.
    if (!isContinued) for (const piece of statePieces(input.previous)) await hand(piece, []);
    thread.post({ kind: 'decide', overAtNs });
  }
}

async function takeBack(thread: Thread, first: FromDecisionWorker, signal: AbortSignal): Promise<TimedDecision> {
  const answer = new Answer();
  const slices = new TimeSlices();
  let message = first;
  while (message.kind === 'piece') {
    // Asked for before this one is read, so that both threads work.
    const next = thread.ask(NEXT, signal);
    // Awaited only below; until then nobody listens to it.
    next.catch(() => undefined);
    answer.add(message.piece);
    await slices.pause();
    message = await next;
  }
  return answer.finish(message.archive);
}

/** The memory is the second document of an answer, between the plan and the rest. */
const MEMORY_OF_ANSWER = 2;

/** Reads plan and the rest as they come, and leaves the memory between them in its pieces. */
class Answer {
  readonly #reader = new PieceReader();
  readonly #pieces: DocumentPiece[][] = [];

  add(piece: DocumentPiece): void {
    if (piece.kind === 'document') this.#pieces.push([]);
    this.#pieces.at(-1)?.push(piece);
    if (this.#pieces.length !== MEMORY_OF_ANSWER) this.#reader.add(piece);
  }

  finish(archive: CycleArchive | null): TimedDecision {
    const [plan, tail] = this.#reader.documents as readonly [Plan | null, AnswerTail];
    const { stageSeconds, ...rest } = tail;
    const [planPieces = [], memoryPieces = []] = this.#pieces;
    const state = stateOfPieces(plan, { plan: planPieces, memory: memoryPieces });
    return { decision: { ...rest, state }, stageSeconds, ...(archive !== null && { archive }) };
  }
}
