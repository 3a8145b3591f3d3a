import { describe, expect, it } from 'vitest';
import { aPlan } from '#testkit/model-builders.js';
import { INITIAL_CYCLE_STATE } from '../decide.js';
import { edgeName } from '../model/name.js';
import { type DocumentPiece, documentPieces, PieceReader } from './document-pieces.js';
import { stateOfPieces, statePieces } from './packed-state.js';

const memory = { ...INITIAL_CYCLE_STATE.memory, edges: [{ edge: edgeName('ams-1'), lastHeardMs: 7 }] };
const plan = aPlan([]);

function read(pieces: Iterable<DocumentPiece>): readonly unknown[] {
  const reader = new PieceReader();
  for (const piece of pieces) reader.add(piece);
  return reader.documents;
}

describe('a state that came in pieces', () => {
  const pieces = { plan: [...documentPieces(plan)], memory: [...documentPieces(memory)] };
  const state = stateOfPieces(plan, pieces);

  it('is as any other state', () => {
    expect(state).toEqual({ plan, memory });
    expect(JSON.stringify(state)).toBe(JSON.stringify({ plan, memory }));
    expect(state.memory).toBe(state.memory);
  });

  it('is told in the pieces that it came in, before and after it was read', () => {
    expect([...statePieces(state)]).toEqual([...pieces.plan, ...pieces.memory]);
    expect(read(statePieces(state))).toEqual([plan, memory]);
  });

  it('is told like one that never was in pieces', () => {
    expect([...statePieces(state)]).toEqual([...statePieces({ plan, memory })]);
  });
});
