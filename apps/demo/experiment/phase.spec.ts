import { describe, expect, it } from 'vitest';
import { nextPhase, type Phase, type PhaseSigns } from './phase.js';

function signs(demandPerSecond: number, nearPerSecond: number, isNearUp = true): PhaseSigns {
  return { demandPerSecond, nearPerSecond, isNearUp };
}

describe('nextPhase', () => {
  it.each<[Phase, PhaseSigns, Phase, string]>([
    ['idle', signs(0, 0), 'idle', 'nothing happens'],
    ['idle', signs(400, 395), 'draw-down', 'the load arrives'],
    ['idle', signs(205, 200), 'draw-down', 'half of the first cycle had load, and near only looks well filled'],
    ['draw-down', signs(400, 211), 'draw-down', 'more than 5 % above the capacity'],
    ['draw-down', signs(400, 210), 'hold', 'within 5 % of the capacity'],
    ['hold', signs(400, 260), 'hold', 'what happens from now on is how well it is held'],
    ['hold', signs(400, 0, false), 'outage', 'killed'],
    ['idle', signs(0, 0, false), 'outage', 'killed before there was load'],
    ['outage', signs(400, 0), 'refill', 'back'],
    ['refill', signs(400, 200), 'refill', 'filled to its capacity'],
    ['refill', signs(400, 20, false), 'outage', 'killed once more'],
  ])('%s, %j: %s (%s)', (phase, seen, next) => {
    expect(nextPhase(phase, seen)).toBe(next);
  });
});
