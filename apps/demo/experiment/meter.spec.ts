import { describe, expect, it } from 'vitest';
import { Meter, type Readings } from './meter.js';

const NO_LOAD = { opened: 0, seconds: 1 };

function readings(
  near: readonly [served: number, atMs: number],
  far: readonly [served: number, atMs: number],
): Readings {
  return { near: { served: near[0], atMs: near[1] }, far: { served: far[0], atMs: far[1] } };
}

describe('Meter', () => {
  it("takes each origin's rate over the time between its own readings", () => {
    const meter = new Meter(readings([100, 1_000], [0, 1_010]), 2);
    expect(meter.measure(readings([300, 1_500], [50, 2_010]), NO_LOAD)).toMatchObject({
      nearPerSecond: 400,
      farPerSecond: 50,
    });
  });

  it('takes rates over as many cycles as asked for', () => {
    const meter = new Meter(readings([0, 0], [0, 0]), 2);
    meter.measure(readings([1_000, 1_000], [0, 1_000]), { opened: 1_000, seconds: 1 });
    meter.measure(readings([1_100, 2_000], [0, 2_000]), { opened: 300, seconds: 1 });
    const rates = meter.measure(readings([1_400, 3_000], [80, 3_000]), { opened: 500, seconds: 1 });
    expect(rates).toEqual({ demandPerSecond: 400, nearPerSecond: 200, farPerSecond: 40 });
  });

  it('makes no rate of no time', () => {
    const meter = new Meter(readings([5, 1_000], [5, 1_000]), 2);
    const rates = meter.measure(readings([5, 1_000], [5, 1_000]), { opened: 0, seconds: 0 });
    expect(rates).toEqual({ demandPerSecond: 0, nearPerSecond: 0, farPerSecond: 0 });
  });
});
