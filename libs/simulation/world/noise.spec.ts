import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Noise } from './noise.js';

describe('Noise', () => {
  it('is the same for the same seed, stream and index, whoever asks first', () => {
    const [one, other] = [new Noise(7).stream('demand'), new Noise(7).stream('demand')];
    const forwards = [0, 1, 2].map((index) => one.uniform(index));
    const backwards = [2, 1, 0].map((index) => other.uniform(index)).reverse();
    expect(forwards).toEqual(backwards);
  });

  it('differs by seed, by stream and by index', () => {
    const draws = [
      new Noise(1).stream('a').uniform(0),
      new Noise(2).stream('a').uniform(0),
      new Noise(1).stream('b').uniform(0),
      new Noise(1).stream('a').uniform(1),
      new Noise(1).stream('a').uniform(-1),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('is even over 0 to 1, and one draw tells nothing of the next', () => {
    const stream = new Noise(3).stream('evenness');
    const draws = Array.from({ length: 10_000 }, (_, index) => stream.uniform(index));
    const tenths = Array.from({ length: 10 }, (_, tenth) => draws.filter((d) => Math.floor(d * 10) === tenth).length);
    for (const count of tenths) expect(count / 1_000).toBeCloseTo(1, 0);
    const products = draws.slice(1).map((draw, index) => (draw - 0.5) * (draws[index]! - 0.5));
    expect(Math.abs(products.reduce((sum, each) => sum + each, 0) / products.length)).toBeLessThan(0.005);
  });

  it('keeps factors within their fraction around 1', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, index, fraction) => {
        const factor = new Noise(seed).stream('factor').factor(index, fraction);
        expect(factor).toBeGreaterThanOrEqual(1 - fraction);
        expect(factor).toBeLessThanOrEqual(1 + fraction);
      }),
    );
  });
});
