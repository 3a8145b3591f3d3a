import type { DocumentPiece } from '#core/archive/document-pieces.js';
import type { Decision } from '#core/decide.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';
import type { TimedDecision } from './decider.js';

/**
 * What passes between the event loop and the thread that decides. A million arcs in one message would hold up the loop for
 * seconds, so documents pass in pieces (`documentPieces`), and each piece of the answer only when it is asked for:
 *
 *     main                                  worker
 *     begin
 *     piece …  facts [, plan, memory]       puts them together as they come
 *     decide                                decides
 *     next                                  piece (plan, memory, the rest), or end
 *     next …
 *
 * Pieces are typed arrays, which are handed over and not copied. What comes of them is what would have come of JSON, which
 * history keeps: the decision is made from exactly what can be replayed.
 */
export type ToDecisionWorker =
  | {
      readonly kind: 'begin';
      /** Whether to start from the state of the last answer; else it comes with the question. */
      readonly isContinued: boolean;
      readonly isArchived: boolean;
    }
  | { readonly kind: 'piece'; readonly piece: DocumentPiece }
  | {
      readonly kind: 'decide';
      /** When the solver must come to an end, as `process.hrtime` tells it: that clock is the same in all threads. */
      readonly overAtNs: bigint;
    }
  | { readonly kind: 'next' };

export type FromDecisionWorker =
  | { readonly kind: 'piece'; readonly piece: DocumentPiece }
  | { readonly kind: 'end'; readonly archive: CycleArchive | null };

/** Last document of an answer, after plan and memory. */
export interface AnswerTail extends Omit<Decision, 'state'>, Pick<TimedDecision, 'stageSeconds'> {}
