import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer.js';

describe('Pacer', () => {
  it('spaces connections evenly', () => {
    const pacer = new Pacer(400, 1_000);
    expect([1_000, 1_001, 1_002.5, 1_004, 1_005, 1_010].map((nowMs) => pacer.due(nowMs))).toEqual([1, 0, 1, 0, 1, 2]);
  });

  it('keeps the rate however irregularly it is asked', () => {
    const steps = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 1_000 }), (stepsMs, rate) => {
        const pacer = new Pacer(rate, 0);
        let nowMs = 0;
        let opened = 0;
        for (const stepMs of stepsMs) {
          nowMs += stepMs;
          opened += pacer.due(nowMs);
        }
        expect(Math.abs(opened - (nowMs / 1000) * rate)).toBeLessThanOrEqual(1.001);
      }),
    );
  });

  it('does not make up for minutes of sleep', () => {
    const pacer = new Pacer(400, 0);
    pacer.due(0);
    expect(pacer.due(600_000)).toBeLessThanOrEqual(101);
    expect(pacer.due(600_002.5)).toBe(1);
  });
});
