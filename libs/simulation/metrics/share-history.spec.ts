import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import { describe, expect, it } from 'vitest';
import { ShareHistory } from './share-history.js';

/** A cycle every 10 s with these shares at one of two origins. */
const historyOf = (...shares: readonly number[]): ShareHistory => {
  const history = new ShareHistory();
  shares.forEach((share, cycle) => {
    const pair = {
      loadBalancer: loadBalancerName('shop'),
      edge: edgeName('ams'),
      shares: [
        { origin: originName('eu'), share },
        { origin: originName('us'), share: 1 - share },
      ],
    };
    history.add(10 * cycle, { pairs: [pair], weights: [], plan: null });
  });
  return history;
};

describe('ShareHistory', () => {
  it('lists moves share by share, the first of a time included', () => {
    const history = historyOf(1, 0.98, 0.98, 0.9);
    expect(history.moves(0, 100).map((move) => Number(move.toFixed(3)))).toEqual([-0.02, -0.08, 0.02, 0.08]);
    expect(history.moves(30, 30)).toHaveLength(2);
    expect(history.moves(20, 20)).toEqual([]);
    expect(history.moves(31, 100)).toEqual([]);
  });

  it('counts changes of direction, pauses between them or not', () => {
    expect(historyOf(0.5, 0.6, 0.6, 0.55, 0.5, 0.7).reversals(0, 100)).toBe(2 * 2);
    expect(historyOf(0.5, 0.6, 0.7, 0.8).reversals(0, 100)).toBe(0);
    expect(historyOf(0.5, 0.5004, 0.5, 0.5004).reversals(0, 100)).toBe(0);
  });

  it('tells how much the share that varies most deviates', () => {
    expect(historyOf(0.4, 0.6, 0.4, 0.6).deviation(0, 100)).toBeCloseTo(0.1);
    expect(historyOf(1, 0.5, 0.5, 0.5).deviation(20, 100)).toBe(0);
  });

  it.each([
    ['when the last share came close', [1, 0.9, 0.7, 0.51, 0.5, 0.5], 40, 30],
    ['from the start when nothing moved', [0.5, 0.5, 0.5], 20, 0],
    ['never when it goes on', [0.5, 0.6, 0.5, 0.6], 20, null],
  ])('is settled %s', (_, shares, settledFrom, expected) => {
    expect(historyOf(...shares).settledSinceSeconds(settledFrom)).toBe(expected);
  });

  it('takes a pair that appears late as one that had no shares', () => {
    const history = new ShareHistory();
    history.add(0, { pairs: [], weights: [], plan: null });
    const pair = { loadBalancer: loadBalancerName('shop'), edge: edgeName('ams') };
    history.add(10, {
      pairs: [{ ...pair, shares: [{ origin: originName('eu'), share: 1 }] }],
      weights: [],
      plan: null,
    });
    expect(history.line(pair, 'eu')).toEqual([0, 1]);
    expect(history.line(pair, 'nowhere')).toEqual([0, 0]);
    expect(history.liveliestPair()).toEqual(pair);
  });
});
