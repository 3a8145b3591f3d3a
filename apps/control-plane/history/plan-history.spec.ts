import { describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { PairPlan, Plan, ShareReason } from '#core/plan/plan.js';
import { aPairPlan, aPlan } from '#testkit/model-builders.js';
import { PLAN_HISTORY_BOUNDS, PlanHistory } from './plan-history.js';

const shop = loadBalancerName('shop');

/** A pair whose near share was `before` and is `after`. */
function moved(after: number, before: number | null, reason: ShareReason = 'overload', edge = 'ams-1'): PairPlan {
  const share = (origin: string, now: number, then: number | null) => ({
    origin: originName(origin),
    share: now,
    previousShare: then,
    reason,
    rttMs: 10,
  });
  const shares = [share('far', 1 - after, before === null ? null : 1 - before), share('near', after, before)];
  return { ...aPairPlan({}), edge: edgeName(edge), shares };
}

function plan(decidedAtMs: number, pairs: readonly PairPlan[], load = 0): Plan {
  const near = {
    origin: originName('near'),
    capacity: 200,
    measuredLoad: load,
    expectedLoad: load,
    shadowPriceMs: null,
  };
  return aPlan(pairs, { decidedAtMs, origins: [near] });
}

const changesOf = (history: PlanHistory) =>
  history.shares(shop).map(([edge, changes]) => [edge, changes.map(({ decidedAtMs }) => decidedAtMs)] as const);

describe('PlanHistory', () => {
  it('keeps loads of every cycle, and shares only where they change', async () => {
    const history = new PlanHistory();
    await history.record(plan(1, [moved(1, null, 'initial')], 10));
    await history.record(plan(2, [moved(1, 1, 'held')], 20));
    await history.record(plan(3, [moved(0.75, 1)], 30));
    expect(history.loads().map(({ loads }) => loads.get(originName('near'))?.load)).toEqual([10, 20, 30]);
    expect(history.loads(1).map(({ decidedAtMs }) => decidedAtMs)).toEqual([2, 3]);
    expect(changesOf(history)).toEqual([['ams-1', [1, 3]]]);
    const [, changes] = history.shares(shop)[0]!;
    expect(changes.at(-1)).toEqual({
      decidedAtMs: 3,
      shares: [
        { origin: 'far', share: 0.25 },
        { origin: 'near', share: 0.75 },
      ],
      reason: 'overload',
      sentence: '25 points moved from near to far in this cycle, faster than usual because of overload',
    });
  });

  it('takes a plan that stays in force once', async () => {
    const history = new PlanHistory();
    await Promise.all([history.record(plan(1, [moved(0.5, 1)])), history.record(plan(1, [moved(0.5, 1)]))]);
    expect(history.loads()).toHaveLength(1);
    expect(history.decisions(10)).toHaveLength(1);
  });

  it('begins with shares that nobody saw move', async () => {
    const history = new PlanHistory();
    await history.record(plan(1, [moved(0.5, 0.5, 'held')]));
    expect(history.shares(shop)[0]![1]).toMatchObject([{ reason: null, sentence: null }]);
    expect(history.decisions(10)).toEqual([]);
  });

  it('forgets pairs that are gone', async () => {
    const history = new PlanHistory();
    await history.record(plan(1, [moved(1, null, 'initial', 'ams-1'), moved(1, null, 'initial', 'fra-1')]));
    await history.record(plan(2, [moved(1, 1, 'held', 'fra-1')]));
    expect(changesOf(history)).toEqual([['fra-1', [1]]]);
    await history.record(plan(3, []));
    expect(history.shares(shop)).toEqual([]);
  });

  it('keeps within its bounds, and always the newest of each pair', async () => {
    const history = new PlanHistory({ ...PLAN_HISTORY_BOUNDS, cycles: 3, changes: 4, decisions: 2 });
    await history.record(plan(0, [moved(0.4, null, 'initial', 'quiet'), moved(0.1, null, 'initial')]));
    for (let cycle = 1; cycle <= 6; cycle += 1) {
      const near = cycle % 2 === 0 ? 0.1 : 0.2;
      await history.record(plan(cycle, [moved(0.4, 0.4, 'held', 'quiet'), moved(near, 0.3 - near, 'damped')]));
    }
    expect(history.loads().map(({ decidedAtMs }) => decidedAtMs)).toEqual([4, 5, 6]);
    expect(changesOf(history)).toEqual([
      ['ams-1', [3, 4, 5, 6]],
      ['quiet', [0]],
    ]);
    expect(history.decisions(10).map(({ decidedAtMs }) => decidedAtMs)).toEqual([6, 5]);
  });

  it('tells of few edges one by one, and of many together', async () => {
    const history = new PlanHistory();
    await history.record(plan(1, [moved(0.75, 1, 'overload', 'a'), moved(0.9, 1, 'damped', 'b')]));
    expect(history.decisions(10).map(({ sentence }) => sentence)).toEqual([
      'a: 25 points moved from near to far in this cycle, faster than usual because of overload',
      'b: 10 points moved from near to far in this cycle',
    ]);
    const pairs = ['a', 'b', 'c', 'd', 'e'].map((edge, index) =>
      moved(0.5 - index / 20, 0.75, edge === 'c' ? 'overload' : 'damped', edge),
    );
    await history.record(plan(2, pairs));
    expect(history.decisions(1)).toEqual([
      {
        decidedAtMs: 2,
        loadBalancer: 'shop',
        edges: ['a', 'b', 'c'],
        edgeCount: 5,
        reason: 'overload',
        sentence: 'a, b, c and 2 more: up to 45 points moved, most of it from near to far',
      },
    ]);
  });
});
