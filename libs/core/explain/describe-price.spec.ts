import { describe, expect, it } from 'vitest';
import { describePrice } from './describe-price.js';

describe('describePrice', () => {
  it.each([
    { shadowPriceMs: null, told: 'what one more would save is not known' },
    { shadowPriceMs: Number.NaN, told: 'what one more would save is not known' },
    { shadowPriceMs: 0, told: 'one more would save nothing now' },
    { shadowPriceMs: 3.25, told: 'one more would save 3.3 ms each' },
    { shadowPriceMs: 74, told: 'one more would save 74 ms each' },
    { shadowPriceMs: 2_020, told: 'one more would keep as much within lower tiers or the latency limit' },
    { shadowPriceMs: 14_990, told: 'one more would take as much out of overload' },
  ])('tells $shadowPriceMs ms', ({ shadowPriceMs, told }) => {
    expect(describePrice('one more', shadowPriceMs)).toBe(told);
  });
});
