import type { Decision } from '#core/decide.js';
import type { CycleArchive } from '#core/ports/scheduler-store.js';
import type { TimedDecision } from './decider.js';

/**
 * What passes between the event loop and the thread that decides. A million arcs in one message would hold up the loop for
 * seconds, so documents pass as lines (`documentLines`), and each line of the answer only when it is asked for:
 *
 *     main                                  worker
 *     begin
 *     line …   facts [, plan, memory]       reads and compresses them as they come
 *     decide                                decides
 *     next                                  line, or end
 *     next …
 *
 * JSON, because it takes half the time of what structured cloning does, and is what history keeps: the decision is made
 * from exactly what can be replayed.
 */
export type ToDecisionWorker =
  | {
      readonly kind: 'begin';
      /** Whether to start from the state of the last answer; else it comes with the question. */
      readonly isContinued: boolean;
      readonly isArchived: boolean;
    }
  | { readonly kind: 'line'; readonly line: string }
  | {
      readonly kind: 'decide';
      /** When the solver must come to an end, as `process.hrtime` tells it: that clock is the same in all threads. */
      readonly overAtNs: bigint;
    }
  | { readonly kind: 'next' };

export type FromDecisionWorker =
  { readonly kind: 'line'; readonly line: string } | { readonly kind: 'end'; readonly archive: CycleArchive | null };

/** Last document of an answer, after plan and memory. */
export interface AnswerTail extends Omit<Decision, 'state'>, Pick<TimedDecision, 'stageSeconds'> {}
