import { describe, expect, it } from 'vitest';
import { INITIAL_CYCLE_STATE } from '#core/decide.js';
import { toCycleState } from './scheduler-mapper.js';

describe('toCycleState', () => {
  it('starts from the initial state when no cycle has run', () => {
    expect(toCycleState({ state: null })).toEqual(INITIAL_CYCLE_STATE);
  });

  it('reads what was stored', () => {
    const state = { plan: null, memory: { demands: { 'shop/ams': 0 }, rttsMs: {}, lastHeardMs: {} } };
    expect(toCycleState({ state: JSON.stringify(state) })).toEqual(state);
  });

  it('names the place of a state it cannot read', () => {
    expect(() => toCycleState({ state: '{' })).toThrow('table "scheduler", key "state"');
  });
});
