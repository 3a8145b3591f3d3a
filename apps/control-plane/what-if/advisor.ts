import type { CycleInput, CycleState } from '#core/decide.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';

/** What is asked, and what it is answered from. */
export interface WhatIfQuestion {
  /** Free of `whatIfViolations`. */
  readonly changes: WhatIfChanges;
  /** What the newest cycle decided from, with what operators declare now. */
  readonly base: CycleInput;
  /** Its plan is in force. */
  readonly standing: CycleState;
}

export type Advice =
  /** What the API answers, JSON in UTF-8. It is as large as a plan: whoever passes it on need not look at it. */
  | { readonly kind: 'answered'; readonly json: Uint8Array<ArrayBuffer> }
  /** No plan was sound. */
  | { readonly kind: 'undecided'; readonly details: readonly string[] };

/** Where questions of what would be are answered: a thread of their own, so that neither the API nor a cycle waits for one. */
export interface Advisor {
  /** One at a time. Rejects when nothing comes within the deadline; the next call starts afresh. */
  advise(question: WhatIfQuestion): Promise<Advice>;
  stop(): Promise<void>;
}
