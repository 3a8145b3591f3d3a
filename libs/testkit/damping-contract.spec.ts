import { describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { ShareReason } from '#core/plan/plan.js';
import { dampingBreaches } from './damping-contract.js';
import type { HistoricCycle } from './weir-api.js';

type Told = readonly [share: number, reason: ShareReason];

/** One pair with two origins, of which the near one has `share`. */
function cycle(id: number, [share, reason]: Told, [farShare, farReason]: Told = [1 - share, reason]): HistoricCycle {
  const shares = [
    { origin: originName('near'), share, previousShare: null, reason },
    { origin: originName('far'), share: farShare, previousShare: null, reason: farReason },
  ];
  const pair = { loadBalancer: loadBalancerName('shop'), edge: edgeName('ams-1'), demand: 1, isProvisional: id === 1 };
  const plan = { decidedAtMs: 0, pairs: [{ ...pair, shares }], origins: [], notices: [] };
  return { id, plan } as unknown as HistoricCycle;
}

const breaches = (...cycles: readonly HistoricCycle[]) => dampingBreaches(cycles, 0.05);

describe('dampingBreaches', () => {
  it.each<[string, readonly HistoricCycle[]]>([
    ['a step of the whole bound', [cycle(2, [0.5, 'held']), cycle(3, [0.55, 'damped'])]],
    ['rest', [cycle(2, [0.5, 'held']), cycle(3, [0.5, 'stale'])]],
    ['a jump after a provisional plan', [cycle(1, [0, 'initial']), cycle(2, [1, 'initial'])]],
    ['an origin that failed', [cycle(2, [0.5, 'held']), cycle(3, [0, 'ineligible'])]],
  ])('accepts %s', (_, cycles) => {
    expect(breaches(...cycles)).toEqual([]);
  });

  it.each<[string, readonly HistoricCycle[], number]>([
    ['a step beyond the bound', [cycle(2, [0.5, 'held']), cycle(3, [0.56, 'damped'])], 2],
    ['a move that is told as rest', [cycle(2, [0.5, 'held']), cycle(3, [0.51, 'held'])], 2],
    ['a jump after a plan that was measured', [cycle(2, [0, 'held']), cycle(3, [1, 'initial'])], 2],
    [
      'more than what a failed origin had',
      [cycle(2, [0.1, 'held']), cycle(3, [0, 'ineligible'], [1.1, 'ineligible'])],
      1,
    ],
    ['a plea of failure where nothing failed', [cycle(2, [0.5, 'held']), cycle(3, [0.6, 'ineligible'])], 2],
    ['a gap in the history', [cycle(2, [0.5, 'held']), cycle(4, [0.5, 'held'])], 1],
  ])('finds %s', (_, cycles, count) => {
    expect(breaches(...cycles)).toHaveLength(count);
  });
});
