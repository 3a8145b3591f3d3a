import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import type { Configuration } from '../model/configuration.js';
import type { Policy } from '../model/load-balancer.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { Origin, ServingState } from '../model/origin.js';
import type { Notice, PairPlan, ShareDecision, ShareReason } from '../plan/plan.js';
import { describePair } from './describe-pair.js';
import { situationOf } from './situation.js';

const RTTS_MS: Readonly<Record<string, number>> = { near: 5, middle: 30, far: 105 };

type Told = readonly [origin: string, previousShare: number | null, share: number, reason: ShareReason];

interface OriginTold {
  readonly capacity?: number | null;
  /** Measured, then expected. */
  readonly load?: number;
  readonly expected?: number;
  readonly state?: ServingState;
  readonly endpointWeight?: number;
  readonly tier?: number;
  readonly maxRate?: number;
  readonly dialPercent?: number;
  /** What the load balancer itself sends there, and may. */
  readonly limit?: { readonly limit: number; readonly load: number };
}

interface Case {
  readonly case: string;
  readonly shares: readonly Told[];
  readonly origins?: Readonly<Record<string, OriginTold>>;
  readonly policy?: Partial<Policy>;
  readonly demand?: number;
  readonly isProvisional?: boolean;
  readonly notices?: readonly Notice[];
  readonly sentence: string;
}

function pairOf({ shares, demand = 400, isProvisional = false }: Omit<Case, 'case' | 'sentence'>): PairPlan {
  return {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName('ams-1'),
    demand,
    isProvisional,
    shares: shares.map(([origin, previousShare, share, reason]): ShareDecision => ({
      origin: originName(origin),
      previousShare,
      share,
      reason,
      rttMs: RTTS_MS[origin] ?? Number.NaN,
    })),
  };
}

function configurationOf({ shares, origins = {}, policy = {} }: Omit<Case, 'case' | 'sentence'>): Configuration {
  const names = shares.map(([origin]) => origin);
  const references = names.map((name) => {
    const { tier = 0, maxRate, dialPercent = 100 } = origins[name] ?? {};
    return aReference(name, { tier, dialPercent, ...(maxRate !== undefined && { maxRate }) });
  });
  return aConfiguration({
    loadBalancers: [aLoadBalancer('shop', references, { policy: aPolicy(policy) })],
    origins: names.map((name) => originOf(name, origins[name])),
  });
}

function originOf(name: string, { state = 'active', endpointWeight: weight = 1 }: OriginTold = {}): Origin {
  return anOrigin(name, { state, endpoints: [{ address: '192.0.2.1', weight }] });
}

function tell(told: Omit<Case, 'case' | 'sentence'>): string {
  const shop = loadBalancerName('shop');
  const entries = told.shares.map(([name]) => ({ origin: originName(name), ...told.origins?.[name] }));
  const plan = {
    origins: entries.map(({ origin, capacity = null, load = 0, expected = load }) => ({
      origin,
      capacity,
      measuredLoad: load,
      expectedLoad: expected,
      shadowPriceMs: null,
    })),
    limits: entries.flatMap(({ origin, limit }) =>
      limit === undefined
        ? []
        : [{ loadBalancer: shop, origin, limit: limit.limit, expectedLoad: limit.load, shadowPriceMs: null }],
    ),
    notices: told.notices ?? [],
  };
  return describePair(pairOf(told), situationOf(plan, configurationOf(told), shop));
}

const AT_REST: readonly Told[] = [
  ['far', 0.1, 0.1, 'held'],
  ['near', 0.9, 0.9, 'held'],
];
const SPILLING: readonly Told[] = [
  ['far', 0, 0.02, 'damped'],
  ['near', 1, 0.98, 'damped'],
];

const CASES: readonly Case[] = [
  {
    case: 'all at the nearest',
    shares: [
      ['far', 0, 0, 'held'],
      ['near', 1, 1, 'held'],
    ],
    sentence: 'all of ams-1 goes to near (5 ms)',
  },
  {
    case: 'a full origin',
    shares: AT_REST,
    origins: { near: { capacity: 500, load: 503 } },
    sentence: 'near is full (503 of 500/s); 10 % of ams-1 goes to far, +100 ms',
  },
  {
    case: 'a surge',
    shares: SPILLING,
    origins: { near: { capacity: 200, load: 392 }, far: { capacity: 1000, load: 8 } },
    sentence:
      'near is overloaded (392 of 200/s); 2 % of ams-1 goes to far, +100 ms; ' +
      '2 points moved from near to far in this cycle, up to 2 points more each cycle until near is within 200/s',
  },
  {
    case: 'a surge that is only expected',
    shares: SPILLING,
    origins: { near: { capacity: 200, load: 180, expected: 240 } },
    sentence:
      'near is expected to be overloaded (240 of 200/s); 2 % of ams-1 goes to far, +100 ms; ' +
      '2 points moved from near to far in this cycle, up to 2 points more each cycle until near is within 200/s',
  },
  {
    case: 'the last step of a surge',
    shares: [
      ['far', 0.5, 0.51, 'damped'],
      ['near', 0.5, 0.49, 'damped'],
    ],
    origins: { near: { capacity: 200, load: 204, expected: 200 } },
    sentence:
      'near is full (204 of 200/s); 51 % of ams-1 goes to far, +100 ms; 1 point moved from near to far in this cycle',
  },
  {
    case: 'a last step as long as the others',
    shares: [
      ['far', 0.48, 0.5, 'damped'],
      ['near', 0.52, 0.5, 'damped'],
    ],
    origins: { near: { capacity: 200, load: 208, expected: 200 } },
    sentence:
      'near is full (208 of 200/s); 50 % of ams-1 goes to far, +100 ms; 2 points moved from near to far in this cycle',
  },
  {
    case: 'a surge with no room where it goes',
    shares: SPILLING,
    origins: { near: { capacity: 200, load: 400, expected: 392 }, far: { capacity: 100, load: 99 } },
    sentence:
      'near is overloaded (400 of 200/s) and there is no room anywhere else; 2 % of ams-1 goes to far, +100 ms; ' +
      '2 points moved from near to far in this cycle',
  },
  {
    case: 'fast relief',
    shares: [
      ['far', 0, 0.25, 'overload'],
      ['near', 1, 0.75, 'overload'],
    ],
    origins: { near: { capacity: 200, load: 400, expected: 300 }, far: { capacity: 1000, load: 100 } },
    sentence:
      'near is overloaded (400 of 200/s); 25 % of ams-1 goes to far, +100 ms; 25 points moved from near to far ' +
      'in this cycle, faster than usual because of overload, up to 25 points more each cycle until near is within 200/s',
  },
  {
    case: 'everything full',
    shares: AT_REST,
    origins: { near: { capacity: 200, load: 300 }, far: { capacity: 100, load: 150 } },
    sentence:
      'far is overloaded (150 of 100/s), near is overloaded (300 of 200/s) and there is no room anywhere else; ' +
      '10 % of ams-1 goes to far, +100 ms',
  },
  {
    case: 'a return',
    shares: [
      ['far', 0.5, 0.48, 'damped'],
      ['near', 0.5, 0.52, 'damped'],
    ],
    origins: { near: { capacity: 500, load: 100, expected: 104 } },
    sentence:
      'near has room (104 of 500/s); 48 % of ams-1 goes to far, +100 ms; ' +
      '2 points moved from far to near in this cycle, up to 2 points more each cycle while near has room',
  },
  {
    case: 'the end of a return',
    shares: [
      ['far', 0.01, 0, 'damped'],
      ['near', 0.99, 1, 'damped'],
    ],
    origins: { near: { capacity: 500, load: 100, expected: 104 } },
    sentence:
      'near has room (104 of 500/s); all of ams-1 goes to near (5 ms); 1 point moved from far to near in this cycle',
  },
  {
    case: 'the end of a return as long as its other steps',
    shares: [
      ['far', 0.02, 0, 'damped'],
      ['near', 0.98, 1, 'damped'],
    ],
    origins: { near: { capacity: 500, load: 100, expected: 104 } },
    sentence:
      'near has room (104 of 500/s); all of ams-1 goes to near (5 ms); 2 points moved from far to near in this cycle',
  },
  {
    case: 'a move too small to show',
    shares: [
      ['far', 0.1, 0.1004, 'damped'],
      ['near', 0.9, 0.8996, 'damped'],
    ],
    origins: { near: { capacity: 500, load: 500 } },
    sentence: 'near is full (500 of 500/s); 10 % of ams-1 goes to far, +100 ms',
  },
  {
    case: 'rest by inertia',
    shares: AT_REST,
    sentence: '10 % of ams-1 goes to far, +100 ms; nothing better is worth a move',
  },
  {
    case: 'a target that binds',
    shares: [
      ['middle', 0.2, 0.2, 'held'],
      ['near', 0.8, 0.8, 'held'],
    ],
    origins: { near: { capacity: 200, load: 160 } },
    sentence: 'near is filled to its target of 80 % (160 of 200/s); 20 % of ams-1 goes to middle, +25 ms',
  },
  {
    case: 'rest beyond the target',
    shares: AT_REST,
    origins: { near: { capacity: 200, load: 180 } },
    sentence: '10 % of ams-1 goes to far, +100 ms; nothing better is worth a move',
  },
  {
    case: 'a return beyond the target',
    shares: [
      ['far', 0.5, 0.48, 'damped'],
      ['near', 0.5, 0.52, 'damped'],
    ],
    origins: { near: { capacity: 200, load: 158, expected: 160 } },
    sentence:
      'near has room (160 of 200/s); 48 % of ams-1 goes to far, +100 ms; ' +
      '2 points moved from far to near in this cycle, up to 2 points more each cycle while near has room',
  },
  {
    case: 'two detours',
    shares: [
      ['far', 0.1, 0.1, 'held'],
      ['middle', 0.3, 0.3, 'held'],
      ['near', 0.6, 0.6, 'held'],
    ],
    origins: { near: { capacity: 200, load: 200 }, middle: { capacity: 100, load: 99 } },
    sentence:
      'middle is full (99 of 100/s) and near is full (200 of 200/s); 30 % of ams-1 goes to middle, +25 ms and 10 % to far, +100 ms',
  },
  {
    case: 'a first placement',
    shares: [
      ['far', null, 0, 'initial'],
      ['near', null, 1, 'initial'],
    ],
    sentence: 'ams-1 was placed for the first time; all of ams-1 goes to near (5 ms)',
  },
  {
    case: 'a provisional placement',
    shares: [
      ['far', null, 0, 'initial'],
      ['near', null, 1, 'initial'],
    ],
    demand: 0,
    isProvisional: true,
    sentence:
      'ams-1 was placed for the first time; ams-1 has no demand; every new connection would go to near; ' +
      'latency is not measured yet; it may be placed anew once it is',
  },
  {
    case: 'a placement made again',
    shares: [
      ['far', 1, 0, 'initial'],
      ['near', 0, 1, 'initial'],
    ],
    sentence:
      'ams-1 was placed anew, now that latency is measured; all of ams-1 goes to near (5 ms); ' +
      '100 points moved from far to near at once',
  },
  {
    case: 'an origin that just died',
    shares: [
      ['far', 0.5, 1, 'ineligible'],
      ['near', 0.5, 0, 'ineligible'],
    ],
    sentence:
      'near is down as seen from ams-1; all of ams-1 goes to far (105 ms); 50 points moved from near to far at once',
  },
  {
    case: 'an origin dead for long',
    shares: [
      ['far', 1, 1, 'held'],
      ['near', 0, 0, 'ineligible'],
    ],
    sentence: 'near is down as seen from ams-1; all of ams-1 goes to far (105 ms)',
  },
  {
    case: 'a dead origin that nobody would use',
    shares: [
      ['far', 0, 0, 'ineligible'],
      ['near', 1, 1, 'held'],
    ],
    sentence: 'all of ams-1 goes to near (5 ms)',
  },
  {
    case: 'an origin set to drain',
    shares: [
      ['far', 0.5, 1, 'ineligible'],
      ['near', 0.5, 0, 'ineligible'],
    ],
    origins: { near: { state: 'draining' } },
    sentence: 'near is draining; all of ams-1 goes to far (105 ms); 50 points moved from near to far at once',
  },
  {
    case: 'an origin out of use',
    shares: [
      ['far', 1, 1, 'held'],
      ['near', 0, 0, 'ineligible'],
    ],
    origins: { near: { state: 'disabled' } },
    sentence: 'near is out of use; all of ams-1 goes to far (105 ms)',
  },
  {
    case: 'an origin whose endpoints all have weight 0',
    shares: [
      ['far', 1, 1, 'held'],
      ['near', 0, 0, 'ineligible'],
    ],
    origins: { near: { endpointWeight: 0 } },
    sentence: 'near is out of use; all of ams-1 goes to far (105 ms)',
  },
  {
    case: 'an origin set to drain since the decision',
    shares: AT_REST,
    origins: { near: { state: 'draining' }, far: { state: 'draining' } },
    sentence: '10 % of ams-1 goes to far, +100 ms; nothing better is worth a move',
  },
  {
    case: 'an origin dialled to 0',
    shares: [
      ['far', 1, 1, 'held'],
      ['near', 0, 0, 'ineligible'],
    ],
    origins: { near: { dialPercent: 0 } },
    sentence: 'shop sends nothing to near by its own limit; all of ams-1 goes to far (105 ms)',
  },
  {
    case: 'an origin taken out of the load balancer',
    shares: [['far', 0.5, 1, 'ineligible']],
    sentence: 'all of ams-1 goes to far (105 ms); 50 points moved from an origin taken out to far at once',
  },
  {
    case: 'a pair that nothing served before',
    shares: [['far', 0, 1, 'ineligible']],
    sentence: 'all of ams-1 goes to far (105 ms); 100 points moved to far at once',
  },
  {
    case: 'a soft latency limit exceeded',
    shares: AT_REST,
    origins: { near: { capacity: 500, load: 500 } },
    policy: { maxLatencyMs: 80 },
    sentence: 'near is full (500 of 500/s); 10 % of ams-1 goes to far, +100 ms (105 ms, beyond the limit of 80 ms)',
  },
  {
    case: 'nothing within the latency limit',
    shares: [['far', 1, 1, 'held']],
    policy: { maxLatencyMs: 80 },
    sentence: 'all of ams-1 goes to far (105 ms, beyond the limit of 80 ms)',
  },
  {
    case: 'a strict latency limit that keeps an overload where it is',
    shares: [
      ['far', 0, 0, 'held'],
      ['near', 1, 1, 'held'],
    ],
    origins: { near: { capacity: 200, load: 400 } },
    policy: { maxLatencyMs: 80, latencyMode: 'strict' },
    sentence:
      'far is 105 ms away, beyond the limit of 80 ms and near is overloaded (400 of 200/s); all of ams-1 goes to near (5 ms)',
  },
  {
    case: 'a nearer origin in a higher tier',
    shares: [
      ['far', 1, 1, 'held'],
      ['near', 0, 0, 'held'],
    ],
    origins: { near: { tier: 1 } },
    sentence: 'near stands by in tier 1; all of ams-1 goes to far, +100 ms',
  },
  {
    case: 'a full lower tier',
    shares: [
      ['far', 0.8, 0.8, 'held'],
      ['near', 0.2, 0.2, 'held'],
    ],
    origins: { near: { tier: 1 }, far: { capacity: 320, load: 320 } },
    sentence: 'far is full (320 of 320/s) and near stands by in tier 1; 80 % of ams-1 goes to far, +100 ms',
  },
  {
    case: 'a maxRate that binds',
    shares: AT_REST,
    origins: { near: { maxRate: 360, limit: { limit: 360, load: 360 } } },
    sentence: 'shop may send at most 360/s to near (360 of 360/s); 10 % of ams-1 goes to far, +100 ms',
  },
  {
    case: 'a dial that binds',
    shares: AT_REST,
    origins: { near: { dialPercent: 90, maxRate: 900, limit: { limit: 360, load: 358 } } },
    sentence: 'shop may send at most 90 % to near (358 of 360/s); 10 % of ams-1 goes to far, +100 ms',
  },
  {
    case: 'an origin without capacity',
    shares: [
      ['far', 1, 1, 'held'],
      ['near', 0, 0, 'held'],
    ],
    origins: { near: { capacity: 0 } },
    sentence: 'near has no capacity (0 of 0/s); all of ams-1 goes to far, +100 ms',
  },
  {
    case: 'shares set by hand just now',
    shares: [
      ['far', 0, 0.3, 'manual'],
      ['near', 1, 0.7, 'manual'],
    ],
    policy: { mode: 'manual' },
    sentence:
      'the shares of shop are set by hand; ams-1 has far 30 % and near 70 %; 30 points moved from near to far at once',
  },
  {
    case: 'shares set by hand that overload',
    shares: [
      ['far', 0, 0, 'manual'],
      ['near', 1, 1, 'manual'],
    ],
    origins: { near: { capacity: 200, load: 400 } },
    policy: { mode: 'manual' },
    sentence: 'the shares of shop are set by hand; ams-1 has near 100 %; near is overloaded (400 of 200/s)',
  },
  {
    case: 'frozen',
    shares: [
      ['far', 0.1, 0.1, 'frozen'],
      ['near', 0.9, 0.9, 'frozen'],
    ],
    policy: { frozen: true },
    sentence: 'shop is frozen; ams-1 stays at far 10 % and near 90 %',
  },
  {
    case: 'frozen, and an origin died',
    shares: [
      ['far', 0.1, 0.7, 'ineligible'],
      ['middle', 0.3, 0.3, 'frozen'],
      ['near', 0.6, 0, 'ineligible'],
    ],
    policy: { frozen: true },
    sentence:
      'shop is frozen; near is down as seen from ams-1; ams-1 has far 70 % and middle 30 %; 60 points moved from near to far at once',
  },
  {
    case: 'silence',
    shares: [
      ['far', 0.5, 0.5, 'stale'],
      ['near', 0.5, 0.5, 'stale'],
    ],
    sentence: 'nothing recent is known of ams-1; ams-1 stays at far 50 % and near 50 %',
  },
  {
    case: 'silence of most edges',
    shares: [['near', 1, 1, 'stale']],
    notices: [{ code: 'mass-silence', silentEdges: [edgeName('lax-1')] }],
    sentence: 'most edges fell silent at once; ams-1 stays at near 100 %',
  },
  {
    case: 'no sound decision',
    shares: [
      ['far', 0.5, 0.5, 'kept'],
      ['near', 0.5, 0.5, 'kept'],
    ],
    sentence: 'no sound decision could be had for ams-1 in this cycle; ams-1 stays at far 50 % and near 50 %',
  },
  {
    case: 'failing open',
    shares: [
      ['far', 0.5, 0.5, 'fail-open'],
      ['near', 0.5, 0.5, 'fail-open'],
    ],
    sentence:
      'no origin of shop is healthy as seen from ams-1; rather than refuse everybody, the last shares stay: far 50 % and near 50 %',
  },
  {
    case: 'failing open where nothing is left of the last shares',
    shares: [
      ['far', 0, 0.5, 'fail-open'],
      ['near', 0, 0.5, 'fail-open'],
    ],
    sentence:
      'no origin of shop is healthy as seen from ams-1; rather than refuse everybody, they are spread by capacity: far 50 % and near 50 %',
  },
  {
    case: 'nothing in use',
    shares: [
      ['far', 0, 0, 'unserved'],
      ['near', 1, 0, 'unserved'],
    ],
    sentence: 'no origin of shop is in use; new connections at ams-1 are not served',
  },
  {
    case: 'no origin at all',
    shares: [],
    sentence: 'no origin of shop is in use; new connections at ams-1 are not served',
  },
  {
    case: 'an idle pair',
    shares: AT_REST,
    demand: 0,
    sentence: 'ams-1 has no demand; 10 % of new connections would go to far, +100 ms; nothing better is worth a move',
  },
  {
    case: 'an unknown latency',
    shares: [
      ['elsewhere', 0.1, 0.1, 'held'],
      ['near', 0.9, 0.9, 'held'],
    ],
    origins: { near: { capacity: 500, load: 500 } },
    sentence: '10 % of ams-1 goes to elsewhere; nothing better is worth a move',
  },
];

describe('describePair', () => {
  it.each(CASES)('tells of $case', ({ sentence, ...told }) => {
    expect(tell(told)).toBe(sentence);
  });

  it('has an example of every reason', () => {
    const reasons: Readonly<Record<ShareReason, true>> = {
      initial: true,
      ineligible: true,
      overload: true,
      manual: true,
      damped: true,
      held: true,
      stale: true,
      frozen: true,
      kept: true,
      'fail-open': true,
      unserved: true,
    };
    const told = new Set(CASES.flatMap(({ shares }) => shares.map(([, , , reason]) => reason)));
    expect([...told].sort()).toEqual(Object.keys(reasons).sort());
  });

  it('is one readable sentence whatever the figures', () => {
    const odd = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, -0, 0, 1e-9, 0.5, 1, 1e300);
    const share = fc.oneof(odd, fc.double({ min: 0, max: 1, noNaN: true }));
    const reason = fc.constantFrom<ShareReason>(
      'initial',
      'ineligible',
      'overload',
      'damped',
      'held',
      'kept',
      'frozen',
    );
    const told = fc.tuple(fc.option(share), share, reason);
    const figures = fc.record({ capacity: fc.option(odd), load: odd, expected: odd });
    const case_ = fc.record({ told: fc.array(told, { maxLength: 3 }), figures, demand: odd });
    fc.assert(
      fc.property(case_, ({ told: shares, figures: near, demand }) => {
        const names = ['far', 'middle', 'near'];
        const sentence = tell({
          shares: shares.map(([before, now, why], index) => [names[index]!, before, now, why]),
          origins: { near, far: near },
          demand,
          policy: { maxLatencyMs: 80 },
        });
        expect(sentence).not.toMatch(/NaN|Infinity|undefined|null|object|; ;|  /);
        expect(sentence).toMatch(/^\S.*\S$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
