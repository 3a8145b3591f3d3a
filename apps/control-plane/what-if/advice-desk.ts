import { type DocumentPiece, PieceReader } from '#core/archive/document-pieces.js';
import type { AssignmentSolver } from '#core/ports/assignment-solver.js';
import { adviceOn } from './advice-on.js';
import type { Advice } from './advisor.js';
import { questionOf } from './question-pieces.js';

/** What the thread is sent: a question in its pieces, then the word to answer it. It answers with the advice. */
export type ToAdviceWorker =
  | { readonly kind: 'piece'; readonly piece: DocumentPiece }
  | {
      readonly kind: 'advise';
      /** When the solver must come to an end, as `process.hrtime` tells it: that clock is the same in all threads. */
      readonly overAtNs: bigint;
    };

/** The worker's end: puts a question together as it comes, and answers it. */
export class AdviceDesk {
  #question = new PieceReader();

  constructor(
    private readonly solver: AssignmentSolver,
    private readonly post: (advice: Advice) => void,
  ) {}

  accept(message: ToAdviceWorker): void {
    switch (message.kind) {
      case 'piece':
        this.#question.add(message.piece);
        return;
      case 'advise': {
        const question = questionOf(this.#question.documents);
        this.#question = new PieceReader();
        this.post(adviceOn(question, this.solver, () => process.hrtime.bigint() >= message.overAtNs));
      }
    }
  }
}
