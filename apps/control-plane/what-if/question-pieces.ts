import { type CycleFacts, factsOf, inputOf, stateOf } from '#core/archive/cycle-documents.js';
import { type DocumentPiece, documentPieces } from '#core/archive/document-pieces.js';
import { planPieces, statePieces } from '#core/archive/packed-state.js';
import type { Plan } from '#core/plan/plan.js';
import type { WhatIfChanges } from '#core/what-if/what-if-changes.js';
import type { ReadQuestion } from './advice-on.js';
import type { WhatIfQuestion } from './advisor.js';

/** A question as documents, in pieces. What came from another thread in pieces is handed on as it came, and not read. */
export function* questionPieces({
  changes,
  base,
  standing,
}: WhatIfQuestion): Generator<DocumentPiece, void, undefined> {
  yield* documentPieces(changes);
  yield* documentPieces(factsOf(base));
  yield* statePieces(base.previous);
  yield* planPieces(standing);
}

/** The question, of its documents. */
export function questionOf([changes, facts, plan, memory, before]: readonly unknown[]): ReadQuestion {
  return {
    changes: changes as WhatIfChanges,
    base: inputOf(facts as CycleFacts, stateOf([plan, memory])),
    before: before as Plan | null,
  };
}
