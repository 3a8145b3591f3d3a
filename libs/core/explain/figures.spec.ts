import { describe, expect, it } from 'vitest';
import { inMs, inPercent, inPoints, inRate, isVisible, listed, listedUpTo } from './figures.js';

describe('figures', () => {
  it.each([
    { told: inPercent(0.1), as: '10 %' },
    { told: inPercent(0.0254), as: '2.5 %' },
    { told: inPercent(-0), as: '0 %' },
    { told: inPoints(0.01), as: '1 point' },
    { told: inPoints(0.02), as: '2 points' },
    { told: inPoints(0.005), as: '0.5 points' },
    { told: inRate(503.4), as: '503' },
    { told: inRate(9.94), as: '9.9' },
    { told: inRate(Number.NaN), as: 'an unknown number of' },
    { told: inMs(74.2), as: '74 ms' },
    { told: inMs(0.25), as: '0.3 ms' },
    { told: listed([]), as: '' },
    { told: listed(['a']), as: 'a' },
    { told: listed(['a', 'b', 'c']), as: 'a, b and c' },
    { told: listedUpTo(2, ['a', 'b', 'c', 'd']), as: 'a, b and 2 more' },
  ])('tells $as', ({ told, as }) => {
    expect(told).toBe(as);
  });

  it.each([
    { share: 0.0005, visible: true },
    { share: -0.0005, visible: true },
    { share: 0.0004, visible: false },
    { share: Number.NaN, visible: false },
    { share: Infinity, visible: false },
  ])('a share of $share shows: $visible', ({ share, visible }) => {
    expect(isVisible(share)).toBe(visible);
  });
});
