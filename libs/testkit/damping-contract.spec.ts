import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/model/load-balancer.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { ShareReason } from '#core/plan/plan.js';
import { dampingBreaches } from './damping-contract.js';
import { aConfiguration, aLoadBalancer, aPolicy } from './model-builders.js';
import type { HistoricCycle } from './weir-api.js';

type Told = readonly [share: number, reason: ShareReason];

interface Circumstances {
  readonly far?: Told;
  /** Of the near origin, against a capacity of 100; both are given. */
  readonly nearLoad?: number;
  readonly farLoad?: number;
  readonly policy?: Partial<Policy>;
  readonly isUrgent?: boolean;
}

/** One pair with two origins, of which the near one has `share`; the far one takes the rest for the same reason. */
function cycle(id: number, [share, reason]: Told, circumstances: Circumstances = {}): HistoricCycle {
  const { far = [1 - share, reason], nearLoad = 50, farLoad = 50, policy = {}, isUrgent = false } = circumstances;
  const shares = [
    { origin: originName('near'), share, previousShare: null, reason, rttMs: 5 },
    { origin: originName('far'), share: far[0], previousShare: null, reason: far[1], rttMs: 90 },
  ];
  const pair = { loadBalancer: loadBalancerName('shop'), edge: edgeName('ams-1'), demand: 1, isProvisional: id === 1 };
  const outlook = (name: string, measuredLoad: number) => ({ origin: originName(name), capacity: 100, measuredLoad });
  const plan = { pairs: [{ ...pair, shares }], origins: [outlook('near', nearLoad), outlook('far', farLoad)] };
  const loadBalancers = [aLoadBalancer('shop', ['near', 'far'], { policy: aPolicy(policy) })];
  return {
    id,
    plan,
    input: { configuration: aConfiguration({ loadBalancers }), isUrgent },
  } as unknown as HistoricCycle;
}

const breaches = (...cycles: readonly HistoricCycle[]) =>
  dampingBreaches(cycles, { maxShift: 0.05, overloadMaxShift: 0.25 });

const overloaded = { nearLoad: 101 };
const byHand = {
  policy: { mode: 'manual', manualShares: { [originName('near')]: 90, [originName('far')]: 10 } },
} as const;

describe('dampingBreaches', () => {
  it.each<[string, readonly HistoricCycle[]]>([
    ['a step of the whole bound', [cycle(2, [0.5, 'held']), cycle(3, [0.55, 'damped'])]],
    ['rest', [cycle(2, [0.5, 'held']), cycle(3, [0.5, 'stale'])]],
    ['a jump after a provisional plan', [cycle(1, [0, 'initial']), cycle(2, [1, 'initial'])]],
    ['an origin that failed', [cycle(2, [0.5, 'held']), cycle(3, [0, 'ineligible'], { far: [1, 'ineligible'] })]],
    ['relief of an overloaded origin', [cycle(2, [0.5, 'held']), cycle(3, [0.25, 'overload'], overloaded)]],
    [
      'relief between two cycles',
      [cycle(2, [0.5, 'held']), cycle(3, [0.25, 'overload'], { ...overloaded, isUrgent: true })],
    ],
    ['shares set by hand', [cycle(2, [0, 'held']), cycle(3, [0.9, 'manual'], byHand)]],
    [
      'shares set by hand for an origin that may not serve',
      [cycle(2, [0.9, 'held']), cycle(3, [0, 'ineligible'], { ...byHand, far: [1, 'manual'] })],
    ],
    ['a frozen load balancer', [cycle(2, [0.5, 'held']), cycle(3, [0.5, 'frozen'], { policy: { frozen: true } })]],
    ['shares that were kept', [cycle(2, [0.5, 'held']), cycle(3, [0.5, 'kept'])]],
    [
      'kept shares that take over from an origin that failed',
      [cycle(2, [0.3, 'held']), cycle(3, [0, 'ineligible'], { far: [1, 'kept'] })],
    ],
  ])('accepts %s', (_, cycles) => {
    expect(breaches(...cycles)).toEqual([]);
  });

  it('accepts relief of an origin that is overloaded by what silent edges last sent there', () => {
    const [before, after] = [cycle(2, [0.5, 'held']), cycle(3, [0.25, 'overload'], { nearLoad: 60 })];
    expect(breaches(before, withPairOf(after, { edge: 'ams-2', demand: 50, near: [1, 'held'] }))).toHaveLength(2);
    expect(breaches(before, withPairOf(after, { edge: 'ams-2', demand: 50, near: [1, 'stale'] }))).toEqual([]);
  });

  it.each<[string, readonly HistoricCycle[], number]>([
    ['a step beyond the bound', [cycle(2, [0.5, 'held']), cycle(3, [0.56, 'damped'])], 2],
    [
      'an ordinary step between two cycles',
      [cycle(2, [0.5, 'held']), cycle(3, [0.51, 'damped'], { isUrgent: true })],
      2,
    ],
    ['a move that is told as rest', [cycle(2, [0.5, 'held']), cycle(3, [0.51, 'held'])], 2],
    ['a jump after a plan that was measured', [cycle(2, [0, 'held']), cycle(3, [1, 'initial'])], 2],
    [
      'more than what a failed origin had',
      [cycle(2, [0.1, 'held']), cycle(3, [0, 'ineligible'], { far: [1.1, 'ineligible'] })],
      1,
    ],
    ['a plea of failure where nothing failed', [cycle(2, [0.5, 'held']), cycle(3, [0.6, 'ineligible'])], 2],
    ['more relief than allowed', [cycle(2, [0.5, 'held']), cycle(3, [0.24, 'overload'], overloaded)], 1],
    ['a plea of overload where none was measured', [cycle(2, [0.5, 'held']), cycle(3, [0.4, 'overload'])], 2],
    [
      'relief that arrives where no headroom was measured',
      [cycle(2, [0.5, 'held']), cycle(3, [0.4, 'overload'], { ...overloaded, farLoad: 100 })],
      1,
    ],
    ['other shares than those set by hand', [cycle(2, [0.5, 'held']), cycle(3, [0.8, 'manual'], byHand)], 2],
    ['a plea of manual mode in automatic mode', [cycle(2, [0.5, 'held']), cycle(3, [0.9, 'manual'])], 2],
    ['a plea of frost where nobody froze', [cycle(2, [0.5, 'held']), cycle(3, [0.5, 'frozen'])], 2],
    [
      'a frozen share that moves',
      [cycle(2, [0.5, 'held']), cycle(3, [0.51, 'frozen'], { policy: { frozen: true } })],
      2,
    ],
    ['a kept share that moves', [cycle(2, [0.5, 'held']), cycle(3, [0.51, 'kept'])], 2],
    ['shares of what nobody declared', [cycle(2, [0.5, 'held']), withoutLoadBalancers(cycle(3, [0.5, 'held']))], 1],
    ['a gap in the history', [cycle(2, [0.5, 'held']), cycle(4, [0.5, 'held'])], 1],
  ])('finds %s', (_, cycles, count) => {
    expect(breaches(...cycles)).toHaveLength(count);
  });
});

interface OtherPair {
  readonly edge: string;
  readonly demand: number;
  readonly near: Told;
}

/** Another edge, which the history before does not tell of. */
function withPairOf(to: HistoricCycle, { edge, demand, near: [share, reason] }: OtherPair): HistoricCycle {
  const [decision] = to.plan!.pairs[0]!.shares;
  const pair = { ...to.plan!.pairs[0]!, edge: edgeName(edge), demand, shares: [{ ...decision!, share, reason }] };
  return { ...to, plan: { ...to.plan!, pairs: [...to.plan!.pairs, pair] } };
}

function withoutLoadBalancers(from: HistoricCycle): HistoricCycle {
  return { ...from, input: { ...from.input, configuration: aConfiguration() } };
}
