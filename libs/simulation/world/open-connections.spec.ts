import { describe, expect, it } from 'vitest';
import { Grid } from './grid.js';
import { meanDurationSeconds, OpenConnections } from './open-connections.js';

const DURATIONS = [
  { part: 0.75, meanSeconds: 60 },
  { part: 0.25, meanSeconds: 600 },
];

const rates = (...perEndpoint: readonly number[]): Grid => {
  const grid = new Grid(1, perEndpoint.length);
  perEndpoint.forEach((rate, endpoint) => {
    grid.set(0, endpoint, rate);
  });
  return grid;
};

describe('OpenConnections', () => {
  it('begin with what the first traffic leaves open in the long run', () => {
    const open = new OpenConnections(DURATIONS, 1, 2);
    open.tick(rates(0, 0), 1);
    expect(open.at(0, 0)).toBe(0);
    open.tick(rates(10, 2), 1);
    expect(open.at(0, 0)).toBeCloseTo(10 * meanDurationSeconds(DURATIONS));
    expect(open.at(0, 1)).toBeCloseTo(2 * meanDurationSeconds(DURATIONS));
  });

  it('stay where they are when traffic goes elsewhere, and end in their time', () => {
    const open = new OpenConnections(DURATIONS, 1, 2);
    open.tick(rates(10, 0), 1);
    open.tick(rates(0, 10), 60);
    expect(open.at(0, 0)).toBeCloseTo(7.5 * 60 * Math.exp(-1) + 2.5 * 600 * Math.exp(-0.1));
  });

  it('come to the same in one long tick as in short ones', () => {
    const [one, other] = [new OpenConnections(DURATIONS, 1, 1), new OpenConnections(DURATIONS, 1, 1)];
    for (const open of [one, other]) open.tick(rates(10), 1);
    one.tick(rates(20), 30);
    for (let second = 0; second < 30; second += 1) other.tick(rates(20), 1);
    expect(one.at(0, 0)).toBeCloseTo(other.at(0, 0));
  });

  it('are lost with their endpoint', () => {
    const open = new OpenConnections(DURATIONS, 1, 2);
    open.tick(rates(10, 10), 1);
    open.lose(0);
    expect([open.at(0, 0), open.at(0, 1) > 0]).toEqual([0, true]);
  });
});
