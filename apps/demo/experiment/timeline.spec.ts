import { describe, expect, it } from 'vitest';
import { actionsBefore, QUICK_TIMELINE, STANDARD_TIMELINE } from './timeline.js';

describe('actionsBefore', () => {
  it.each([
    [5, []],
    [6, ['start-load']],
    [46, ['kill-near']],
    [54, ['revive-near']],
  ])('before cycle %i of the standard run: %j', (cycle, actions) => {
    expect(actionsBefore(cycle, STANDARD_TIMELINE)).toEqual(actions);
  });

  it('leaves out what has no time', () => {
    const timeline = { ...STANDARD_TIMELINE, killNearAt: null, reviveNearAt: null };
    const actions = Array.from({ length: timeline.cycles }, (_, index) => actionsBefore(index + 1, timeline)).flat();
    expect(actions).toEqual(['start-load']);
  });
});

describe.each([
  ['standard', STANDARD_TIMELINE],
  ['quick', QUICK_TIMELINE],
])('the %s timeline', (_, timeline) => {
  it('leaves time for 10 cycles of relief, 20 of holding, and for filling half of the shares again', () => {
    expect(timeline.killNearAt! - timeline.loadFrom).toBeGreaterThanOrEqual(10 + 20 + 5);
    expect(timeline.cycles - timeline.reviveNearAt!).toBeGreaterThanOrEqual(25);
  });
});
