import { describe, expect, it } from 'vitest';
import type { Phase } from './phase.js';
import { buildEdges, buildRow } from './row-builder.js';
import type { Row } from './row.js';
import { judgeRun } from './verdict.js';

/** One cycle of a made-up run: the near origin's rate, and its share at each of two edges. */
interface Cycle {
  readonly phase: Phase;
  readonly near: number;
  readonly shares: readonly [number, number];
  readonly failed?: number;
}

function rowsOf(cycles: readonly Cycle[]): readonly Row[] {
  return cycles.map(({ phase, near, shares, failed = 0 }, index) =>
    buildRow({
      cycle: index + 1,
      phase,
      nearPerSecond: near,
      farPerSecond: 400 - near,
      isNearUp: phase !== 'outage',
      edges: buildEdges(...shares),
      failedConnections: failed,
    }),
  );
}

const repeat = (count: number, cycle: (index: number) => Cycle): readonly Cycle[] =>
  Array.from({ length: count }, (_, index) => cycle(index));

/** Falls by so many points a cycle until the near origin has what it can take. */
const drawDownBy = (points: number): readonly Cycle[] =>
  repeat(Math.ceil(50 / points) + 1, (index) => {
    const share = Math.max(0.5, 1 - (points / 100) * index);
    return { phase: 'draw-down', near: 400 * share, shares: [share, share] };
  });
const drawDown = drawDownBy(25);
const hold = (count: number, near = 200): readonly Cycle[] =>
  repeat(count, () => ({ phase: 'hold', near, shares: [0.5, 0.5] }));
const outage: readonly Cycle[] = [
  { phase: 'outage', near: 0, shares: [0.52, 0.48], failed: 3 },
  { phase: 'outage', near: 0, shares: [0, 0.5] },
  { phase: 'outage', near: 0, shares: [0, 0] },
];
const refill = (points: number): readonly Cycle[] =>
  repeat(10, (index) => {
    const share = ((index + 1) * points) / 100;
    return { phase: 'refill', near: 400 * share, shares: [share, share] };
  });

function shown(cycles: readonly Cycle[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(judgeRun(rowsOf(cycles)).map(({ claim, isShown }) => [claim, isShown]));
}

const PEAK = 'near is offered far more than its 200/s at first';
const RELIEF = 'it is relieved within 10 cycles, by at most 25 points in one';
const HOLD = 'near is held within 5 % of 200/s for 20 cycles or more';
const SWING = 'no share moves by more than 2 points in a cycle once settled';
const FAILURES = 'no connection fails while both origins are up';
const OUTAGE = 'killed, near loses its share at once';
const REFILL = 'back again, near is filled by at most 2 points a cycle';

describe('judgeRun', () => {
  it('finds everything in a run as it should be', () => {
    expect(shown([...drawDown, ...hold(25), ...outage, ...refill(2)])).toEqual({
      [PEAK]: true,
      [RELIEF]: true,
      [HOLD]: true,
      [SWING]: true,
      [FAILURES]: true,
      [OUTAGE]: true,
      [REFILL]: true,
    });
  });

  it('asks nothing about a kill when nobody was killed', () => {
    expect(Object.keys(shown([...drawDown, ...hold(25)]))).toEqual([PEAK, RELIEF, HOLD, SWING, FAILURES]);
  });

  it('is not content with a near origin that never had too much', () => {
    expect(shown([{ phase: 'draw-down', near: 240, shares: [1, 1] }, ...hold(25)])).toMatchObject({ [PEAK]: false });
  });

  it.each<[string, readonly Cycle[]]>([
    ['does not end', drawDown],
    ['takes too long', [...drawDownBy(4), ...hold(25)]],
    ['goes too far at once', [...drawDownBy(26), ...hold(25)]],
    [
      'goes too far in its first cycle',
      [{ phase: 'idle', near: 0, shares: [1, 1] }, { phase: 'draw-down', near: 400, shares: [0.7, 0.6] }, ...hold(25)],
    ],
  ])('does not call it relief when it %s', (_, cycles) => {
    expect(shown(cycles)).toMatchObject({ [RELIEF]: false });
  });

  it.each([
    ['never settled', drawDown],
    ['was cut short', [...drawDown, ...hold(19)]],
    ['left the band half-way', [...drawDown, ...hold(15), ...hold(1, 211), ...hold(15)]],
    ['sagged below it', [...drawDown, ...hold(30, 189)]],
  ])('does not call it held when it %s', (_, cycles) => {
    expect(shown(cycles)).toMatchObject({ [HOLD]: false });
  });

  it('measures swings of either edge, from the moment it has settled', () => {
    const swinging: Cycle = { phase: 'hold', near: 200, shares: [0.5, 0.479] };
    expect(shown([...drawDown, ...hold(10), swinging, ...hold(10)])).toMatchObject({ [SWING]: false });
    const gentle: Cycle = { phase: 'hold', near: 200, shares: [0.5, 0.481] };
    expect(shown([...drawDown, ...hold(10), gentle, ...hold(10)])).toMatchObject({ [SWING]: true });
  });

  it('holds a failed connection against the run, unless an origin was just killed', () => {
    const failing: Cycle = { phase: 'hold', near: 200, shares: [0.5, 0.5], failed: 1 };
    expect(shown([...hold(25), failing])).toMatchObject({ [FAILURES]: false });
    expect(shown([...hold(25), ...outage])).toMatchObject({ [FAILURES]: true });
  });

  it.each<[string, readonly Cycle[]]>([
    ['kept', repeat(8, () => ({ phase: 'outage', near: 0, shares: [0, 0.5] }))],
    ['leaving bit by bit', [0.3, 0.1, 0].map((share) => ({ phase: 'outage', near: 0, shares: [share, 0] }))],
    ['leaving late', [...repeat(6, () => ({ phase: 'outage', near: 0, shares: [0.5, 0.5] }) as const), ...outage]],
  ])('does not take a share %s for one that left at once', (_, cycles) => {
    expect(shown([...drawDown, ...hold(25), ...cycles])).toMatchObject({ [OUTAGE]: false });
  });

  it.each([
    ['too fast', refill(2.1)],
    ['not at all', refill(0)],
    ['too fast from its first cycle on', [{ phase: 'refill', near: 0, shares: [0.03, 0.02] }, ...refill(2)] as const],
  ])('does not take a refill %s for a damped one', (_, cycles) => {
    expect(shown([...hold(25), ...outage, ...cycles])).toMatchObject({ [REFILL]: false });
  });
});
