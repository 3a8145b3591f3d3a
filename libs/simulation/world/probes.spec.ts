import { describe, expect, it } from 'vitest';
import { Noise } from './noise.js';
import { Probes, type ProbingKind } from './probes.js';

const dead = (): boolean => false;
const alive = (): boolean => true;

/** Ticks of a second until the verdict of the first edge is what it should be. */
const secondsUntil = (probes: Probes, isUp: boolean): number => {
  let seconds = 0;
  for (; probes.isUp(0, 0) !== isUp && seconds < 60; seconds += 1) probes.tick(seconds, 1, isUp ? alive : dead);
  return seconds;
};

const probes = (kind: ProbingKind): Probes => new Probes(1, 1, new Noise(1), kind);

describe('Probes', () => {
  it('take a dead endpoint out after three failures, and back after two successes', () => {
    const own = probes('thresholds');
    const down = secondsUntil(own, false);
    expect(down).toBeGreaterThanOrEqual(5);
    expect(down).toBeLessThanOrEqual(6);
    const up = secondsUntil(own, true);
    expect(up).toBeGreaterThanOrEqual(3);
    expect(up).toBeLessThanOrEqual(4);
  });

  it('start counting again after a probe that agrees', () => {
    const own = probes('thresholds');
    const verdicts = Array.from({ length: 60 }, (_, second) => {
      own.tick(second, 1, second % 6 < 4 ? dead : alive);
      return own.isUp(0, 0);
    });
    expect(verdicts.every((isUp) => isUp)).toBe(true);
  });

  it('send as many in one long tick as in short ones', () => {
    const own = probes('thresholds');
    own.tick(0, 4, dead);
    expect(own.isUp(0, 0)).toBe(true);
    own.tick(4, 4, dead);
    expect(own.isUp(0, 0)).toBe(false);
  });

  it('know at once where they are instant', () => {
    const own = probes('instant');
    own.tick(0, 1, dead);
    expect(own.isUp(0, 0)).toBe(false);
  });
});
