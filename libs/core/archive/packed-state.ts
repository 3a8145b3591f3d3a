import type { CycleState } from '../decide.js';
import { documentPieces, type DocumentPiece, PieceReader } from './document-pieces.js';

/**
 * States whose memory came in pieces and was left so: whoever needs a state's plan seldom needs its memory, which is as
 * large and is to be handed on as it came.
 */
const memoryPieces = new WeakMap<CycleState, readonly DocumentPiece[]>();

/** A state that keeps its memory in pieces, and puts it together when somebody looks at it. */
export function stateWithPackedMemory(plan: CycleState['plan'], pieces: readonly DocumentPiece[]): CycleState {
  let memory: CycleState['memory'] | null = null;
  const state: CycleState = {
    plan,
    get memory() {
      memory ??= memoryOf(pieces);
      return memory;
    },
  };
  memoryPieces.set(state, pieces);
  return state;
}

/** A state as two documents: its plan, then its memory. */
export function* statePieces(state: CycleState): Generator<DocumentPiece, void, undefined> {
  yield* documentPieces(state.plan);
  yield* memoryPieces.get(state) ?? documentPieces(state.memory);
}

function memoryOf(pieces: readonly DocumentPiece[]): CycleState['memory'] {
  const reader = new PieceReader();
  for (const piece of pieces) reader.add(piece);
  return reader.documents[0] as CycleState['memory'];
}
