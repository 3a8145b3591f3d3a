import { describe, expect, it } from 'vitest';
import { diurnal, step, throughPoints } from './demand-curve.js';

describe('throughPoints', () => {
  const curve = throughPoints([
    [0, 10],
    [10, 30],
    [20, 30],
    [20, 5],
  ]);

  it.each([
    [-100, 10],
    [0, 10],
    [5, 20],
    [10, 30],
    [19.99, 30],
    [20, 5],
    [1e6, 5],
  ])('is, at %d s, %d', (time, rate) => {
    expect(curve(time)).toBeCloseTo(rate);
  });
});

it('steps at its instant', () => {
  const curve = step(1, 60, 4);
  expect([59.9, 60, 61].map(curve)).toEqual([1, 4, 4]);
});

describe('diurnal', () => {
  it.each([
    ['busiest at 20 h local time', 0, 20, 170],
    ['quietest twelve hours apart', 0, 8, 30],
    ['busy earlier further east', 90, 14, 170],
    ['the same a day later', 0, 44, 170],
  ])('is %s', (_, longitude, hours, rate) => {
    expect(diurnal(100, 0.7, longitude)(hours * 3_600)).toBeCloseTo(rate);
  });
});
