import { expect, it } from 'vitest';
import { edgeName, originName } from '#core/model/name.js';
import type { Plan } from '#core/plan/plan.js';
import { aPairPlan, aPlan } from '#testkit/model-builders.js';
import { replayChart } from './replay-chart.js';

function plan(second: number, measuredLoad: number, [before, after]: readonly [number, number]): Plan {
  const moving = aPairPlan({ far: 1 - after, near: after }, { edge: edgeName('ams-2') });
  const shares = moving.shares.map((share) => ({
    ...share,
    previousShare: share.origin === 'near' ? before : 1 - before,
  }));
  const outlook = { expectedLoad: 400 * after, shadowPriceMs: null };
  return aPlan([aPairPlan({ far: 0.5, near: 0.5 }), { ...moving, shares }], {
    decidedAtMs: 1_000 * second,
    origins: [
      { ...outlook, origin: originName('far'), capacity: null, measuredLoad: 0, expectedLoad: 10 },
      { ...outlook, origin: originName('near'), capacity: 200, measuredLoad },
    ],
  });
}

it('draws loads against capacities, and the shares where most moved, over the cycles', () => {
  const chart = replayChart([
    { id: 412, plan: plan(100, 390, [1, 0.75]) },
    { id: 413, plan: plan(115, 300, [0.75, 0.5]) },
  ]);
  expect(chart).toMatchObject({ title: 'Cycles 412 to 413', timeAxis: { max: 30 } });
  const [loads, shares] = chart.panels;
  const line = (name: string, look: string) =>
    loads?.lines.find((each) => each.name === name && each.look === look)?.points;
  expect(line('near', 'line')).toEqual([
    [0, 390],
    [15, 300],
    [30, 200],
  ]);
  expect(line('near', 'limit')).toEqual([
    [0, 200],
    [15, 200],
    [30, 200],
  ]);
  expect(line('far', 'limit')).toBeUndefined();
  expect(shares?.name).toBe('share at ams-2 in %');
  expect(shares?.lines.find(({ name }) => name === 'near')?.points).toEqual([
    [0, 100],
    [0, 75],
    [15, 75],
    [15, 75],
    [15, 50],
    [30, 50],
  ]);
});

it('draws a lone cycle as wide as one usually is', () => {
  const chart = replayChart([{ id: 412, plan: plan(100, 390, [1, 0.75]) }]);
  expect(chart).toMatchObject({ title: 'Cycle 412', timeAxis: { max: 15 } });
  expect(chart.panels[0]?.lines.find(({ name }) => name === 'near')?.points).toEqual([
    [0, 390],
    [15, 300],
  ]);
});
