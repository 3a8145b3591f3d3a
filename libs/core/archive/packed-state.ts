import type { CycleState } from '../decide.js';
import { documentPieces, type DocumentPiece, PieceReader } from './document-pieces.js';

/** The pieces of a state's two documents. */
export interface StatePieces {
  readonly plan: readonly DocumentPiece[];
  readonly memory: readonly DocumentPiece[];
}

/** Those of states that came in pieces, and are to be handed on as they came. */
const piecesOfStates = new WeakMap<CycleState, StatePieces>();

/**
 * A state that came in pieces, of which its plan was read. Its memory is put together when somebody looks at it: whoever needs
 * the plan seldom needs the memory, which is as large.
 */
export function stateOfPieces(plan: CycleState['plan'], pieces: StatePieces): CycleState {
  let memory: CycleState['memory'] | null = null;
  const state: CycleState = {
    plan,
    get memory() {
      memory ??= memoryOf(pieces.memory);
      return memory;
    },
  };
  piecesOfStates.set(state, pieces);
  return state;
}

/** A state as two documents: its plan, then its memory. */
export function* statePieces(state: CycleState): Generator<DocumentPiece, void, undefined> {
  yield* planPieces(state);
  yield* piecesOfStates.get(state)?.memory ?? documentPieces(state.memory);
}

/** A state's plan alone, as a document. */
export function* planPieces(state: CycleState): Generator<DocumentPiece, void, undefined> {
  yield* piecesOfStates.get(state)?.plan ?? documentPieces(state.plan);
}

function memoryOf(pieces: readonly DocumentPiece[]): CycleState['memory'] {
  const reader = new PieceReader();
  for (const piece of pieces) reader.add(piece);
  return reader.documents[0] as CycleState['memory'];
}
