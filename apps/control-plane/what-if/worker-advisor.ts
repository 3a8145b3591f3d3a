import { solverOverAtNs } from '../scheduler/decision-deadline.js';
import { DecisionThread } from '../scheduler/decision-thread.js';
import { withRoomToDecide } from '../scheduler/room-to-decide.js';
import { TimeSlices } from '../time-slices.js';
import type { ToAdviceWorker } from './advice-desk.js';
import type { Advice, Advisor, WhatIfQuestion } from './advisor.js';
import { questionPieces } from './question-pieces.js';

/** The thread that answers, as built. */
export const ADVICE_WORKER = new URL('./advice-worker.js', import.meta.url);

/** To say what a decision comes to may take as long as the decision. */
const DEADLINES = 2;

type AdviceThread = DecisionThread<ToAdviceWorker, Advice>;

/**
 * Answers questions in a worker thread. The event loop hands the question over in small pieces, and gets the answer as the text
 * that goes to the client: of what is as large as a plan it reads nothing. One that takes too long costs the thread.
 */
export class WorkerAdvisor implements Advisor {
  #thread: AdviceThread | null = null;

  constructor(
    private readonly entry: URL,
    private readonly deadlineMs: number,
  ) {}

  advise(question: WhatIfQuestion): Promise<Advice> {
    return withRoomToDecide(question.base.configuration, () => this.#advise(question));
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.end();
  }

  async #advise(question: WhatIfQuestion): Promise<Advice> {
    const { deadlineMs } = this;
    const overAtNs = solverOverAtNs(deadlineMs);
    try {
      const thread = this.#liveThread();
      const signal = AbortSignal.any([thread.gone, AbortSignal.timeout(deadlineMs * DEADLINES)]);
      await handOver(thread, question, signal);
      return await thread.ask({ kind: 'advise', overAtNs }, signal);
    } catch (cause) {
      await this.stop();
      throw new Error(`the worker that advises gave no answer (it has ${deadlineMs * DEADLINES} ms)`, { cause });
    }
  }

  #liveThread(): AdviceThread {
    if (this.#thread === null || this.#thread.gone.aborted) this.#thread = new DecisionThread(this.entry);
    return this.#thread;
  }
}

/** Copied, because cycles hand on the same pieces. */
async function handOver(thread: AdviceThread, question: WhatIfQuestion, signal: AbortSignal): Promise<void> {
  const slices = new TimeSlices();
  for (const piece of questionPieces(question)) {
    thread.post({ kind: 'piece', piece });
    await slices.pause();
    signal.throwIfAborted();
  }
}
