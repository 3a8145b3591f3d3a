import { describe, expect, it } from 'vitest';
import { followConnectionTime, type Traffic } from './connection-time.js';

type Measured = NonNullable<ReturnType<typeof followConnectionTime>>;

const CYCLE_MS = 15_000;
const CYCLE_SECONDS = CYCLE_MS / 1_000;
const RATE = 20;

const known = (overrides: Partial<Measured> = {}): Measured => ({
  seconds: 10,
  activeConnections: 200,
  edges: 1,
  measuredAtMs: 0,
  ...overrides,
});
const traffic = (overrides: Partial<Traffic> = {}): Traffic => ({
  ratePerSecond: RATE,
  activeConnections: 600,
  edges: 1,
  ...overrides,
});

/** Connections open a cycle later, where they come at `rate` and each leaves at any moment alike after `seconds` on average. */
const openAfterCycle = (open: number, rate: number, seconds: number): number =>
  rate * seconds + (open - rate * seconds) * Math.exp(-CYCLE_SECONDS / seconds);

/** What is thought in each cycle while connections that last `seconds` on average come at these rates, `open` at first. */
function thought(seconds: number, rates: readonly number[], open: number): readonly number[] {
  let [last, activeConnections]: [Measured | undefined, number] = [undefined, open];
  return rates.map((ratePerSecond, cycle) => {
    activeConnections = openAfterCycle(activeConnections, ratePerSecond, seconds);
    last = followConnectionTime(last, traffic({ ratePerSecond, activeConnections }), cycle * CYCLE_MS);
    return last!.seconds;
  });
}

const cycles = (count: number, rate: number): readonly number[] => Array.from({ length: count }, () => rate);

describe('the time a connection stays open', () => {
  it.each<{
    readonly case: string;
    readonly known?: Measured;
    readonly traffic?: Traffic;
    readonly seconds: number | undefined;
  }>([
    { case: 'is unknown where nothing is', seconds: undefined },
    { case: 'is at first what is open divided by what comes', traffic: traffic(), seconds: 30 },
    {
      case: 'is followed slowly',
      known: known({ activeConnections: 600 }),
      traffic: traffic(),
      seconds: 14,
    },
    {
      case: 'comes from those that leave while more come than leave',
      known: known({ seconds: 60, activeConnections: 450 }),
      traffic: traffic(),
      seconds: 60,
    },
    {
      case: 'comes from those that leave while fewer come than leave',
      known: known({ seconds: 20, activeConnections: 750 }),
      traffic: traffic(),
      seconds: 20,
    },
    {
      case: 'is not told from numbers of other edges',
      known: known({ seconds: 30, activeConnections: 300, edges: 2 }),
      traffic: traffic(),
      seconds: 30,
    },
    {
      case: 'is a millisecond at least',
      traffic: traffic({ activeConnections: 0 }),
      seconds: 1e-3,
    },
    {
      case: 'is a month at most',
      traffic: traffic({ ratePerSecond: 0.1, activeConnections: 1e9 }),
      seconds: 30 * 86_400,
    },
  ])('$case', ({ known: before, traffic: measured, seconds }) => {
    const after = followConnectionTime(before, measured, CYCLE_MS);
    expect(after?.seconds).toEqual(seconds === undefined ? undefined : expect.closeTo(seconds, 9));
  });

  it.each([
    { case: 'the clock stands still', nowMs: 0 },
    { case: 'the clock went back', nowMs: -CYCLE_MS },
    { case: 'the last numbers are old', nowMs: 120_001 },
  ])('is what is open divided by what comes while $case', ({ nowMs }) => {
    const before = known({ seconds: 30, activeConnections: 1 });
    expect(followConnectionTime(before, traffic(), nowMs)?.seconds).toBeCloseTo(30, 9);
  });

  it.each([
    { case: 'nothing is measured', measured: undefined },
    { case: 'nothing comes', measured: traffic({ ratePerSecond: 0 }) },
    { case: 'next to nothing comes', measured: traffic({ ratePerSecond: 0.099 }) },
  ])('stays as it was, and of when it was, while $case', ({ measured }) => {
    expect(followConnectionTime(known(), measured, CYCLE_MS)).toEqual(known());
    expect(followConnectionTime(undefined, measured, CYCLE_MS)).toBeUndefined();
  });

  it('is kept with what it is to be compared with next', () => {
    expect(followConnectionTime(known(), traffic({ edges: 3 }), CYCLE_MS)).toMatchObject({
      activeConnections: 600,
      edges: 3,
      measuredAtMs: CYCLE_MS,
    });
  });

  it.each([0.05, 2, 30, 300, 3_600])('is found out where it is %d s, and demand is even', (seconds) => {
    expect(thought(seconds, cycles(60, RATE), RATE * seconds).at(-1)! / seconds).toBeCloseTo(1, 2);
  });

  it.each([2, 30, 300, 3_600])('of %d s is not changed by demand that doubles, nor by what halves again', (seconds) => {
    const rates = [...cycles(20, RATE), ...cycles(20, 2 * RATE), ...cycles(20, RATE)];
    for (const told of thought(seconds, rates, RATE * seconds).slice(10)) {
      expect(told / seconds).toBeGreaterThan(0.9);
      expect(told / seconds).toBeLessThan(1.1);
    }
  });

  it('of an hour is found out within ten minutes of the first connection', () => {
    const told = thought(3_600, cycles(40, RATE), 0);
    expect(Math.max(...told)).toBeLessThan(3_700);
    expect(told.at(-1)).toBeGreaterThan(3_500);
  });

  it('is never thought fifty times as long as connections came, while none has left', () => {
    let last: Measured | undefined;
    for (let cycle = 1; cycle <= 60; cycle += 1) {
      const seconds = cycle * CYCLE_SECONDS;
      last = followConnectionTime(last, traffic({ activeConnections: RATE * seconds }), cycle * CYCLE_MS);
      expect(last!.seconds).toBeGreaterThanOrEqual(CYCLE_SECONDS);
      expect(last!.seconds).toBeLessThanOrEqual(50 * seconds);
    }
    expect(last!.seconds).toBeGreaterThan(3_600);
  });
});
