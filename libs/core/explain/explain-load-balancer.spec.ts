import { describe, expect, it } from 'vitest';
import { LinearProgramSolver } from '#solver/linear-program/linear-program-solver.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import { anObservation } from '#testkit/observation-builders.js';
import { documentPieces, PieceReader } from '../archive/document-pieces.js';
import { decide, INITIAL_CYCLE_STATE } from '../decide.js';
import type { Problem } from '../formulate/problem.js';
import type { Configuration } from '../model/configuration.js';
import type { Policy } from '../model/load-balancer.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { Notice, PairPlan, Plan, ShareReason } from '../plan/plan.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { explainLoadBalancer } from './explain-load-balancer.js';

const shop = loadBalancerName('shop');
const RTTS_MS: Readonly<Record<string, number>> = { near: 5, far: 79 };

type Told = readonly [origin: string, previousShare: number | null, share: number, reason: ShareReason];

function pair(edge: string, demand: number, ...shares: readonly Told[]): PairPlan {
  return {
    loadBalancer: shop,
    edge: edgeName(edge),
    demand,
    isProvisional: false,
    shares: shares.map(([origin, previousShare, share, reason]) => ({
      origin: originName(origin),
      previousShare,
      share,
      reason,
      rttMs: RTTS_MS[origin] ?? Number.NaN,
    })),
  };
}

function planOf(pairs: readonly PairPlan[], parts: Partial<Plan> = {}): Plan {
  const outlook = (origin: string, capacity: number | null, load: number, shadowPriceMs: number | null) => ({
    origin: originName(origin),
    capacity,
    measuredLoad: load,
    expectedLoad: load,
    shadowPriceMs,
  });
  return {
    decidedAtMs: 1_000,
    pairs,
    origins: [outlook('elsewhere', 10, 20, null), outlook('far', null, 100, 0), outlook('near', 500, 503, 74)],
    limits: [],
    notices: [],
    ...parts,
  };
}

function configurationOf(policy: Partial<Policy> = {}): Configuration {
  const references = [aReference('far', { maxRate: 100 }), aReference('near')];
  return aConfiguration({
    loadBalancers: [
      aLoadBalancer('other', ['elsewhere']),
      aLoadBalancer('shop', references, { policy: aPolicy(policy) }),
    ],
    origins: ['elsewhere', 'far', 'near'].map((name) => anOrigin(name)),
    edges: [anEdge('ams-1'), anEdge('ams-2')],
  });
}

const SPILLING = planOf(
  [
    pair('ams-1', 400, ['far', 0.18, 0.2, 'damped'], ['near', 0.82, 0.8, 'damped']),
    pair('ams-2', 200, ['far', 0, 0, 'held'], ['near', 1, 1, 'held']),
    { ...pair('ams-1', 7, ['elsewhere', 1, 1, 'held']), loadBalancer: loadBalancerName('other') },
  ],
  {
    limits: [
      {
        loadBalancer: loadBalancerName('other'),
        origin: originName('elsewhere'),
        limit: 5,
        expectedLoad: 5,
        shadowPriceMs: 0,
      },
      { loadBalancer: shop, origin: originName('far'), limit: 100, expectedLoad: 80, shadowPriceMs: 0 },
    ],
    notices: [
      { code: 'overload', origins: [originName('elsewhere'), originName('near')] },
      { code: 'fail-open', loadBalancer: loadBalancerName('other'), edges: [edgeName('ams-1')] },
      { code: 'not-optimal' },
    ],
  },
);

describe('explainLoadBalancer', () => {
  it('explains a spill', () => {
    expect(explainLoadBalancer(SPILLING, configurationOf(), shop)).toEqual({
      loadBalancer: 'shop',
      decidedAtMs: 1_000,
      headline:
        'near is full (503 of 500/s); 13.3 % of 600/s goes further than the nearest origin, +74 ms on average; ' +
        'shares moved at 1 of 2 edges in this cycle',
      notices: [
        { code: 'overload', sentence: 'near is expected above capacity even with the new shares' },
        { code: 'not-optimal', sentence: 'the shares are the best found; cheaper ones may exist' },
      ],
      origins: [
        {
          origin: 'far',
          measuredLoad: 100,
          expectedLoad: 100,
          capacity: null,
          utilization: null,
          headroom: null,
          shadowPriceMs: 0,
          sentence: 'far gets 100/s and is not limited',
          oneMore: 'the capacity of far is not limited',
        },
        {
          origin: 'near',
          measuredLoad: 503,
          expectedLoad: 503,
          capacity: 500,
          utilization: 503 / 500,
          headroom: 0,
          shadowPriceMs: 74,
          sentence: 'near is full (503 of 500/s)',
          oneMore: 'one more connection per second of capacity at near would save 74 ms each',
        },
      ],
      limits: [
        {
          origin: 'far',
          limit: 100,
          expectedLoad: 80,
          shadowPriceMs: 0,
          sentence: 'shop has room for 20/s more within its limit at far (80 of 100/s)',
          oneMore: 'one more connection per second allowed to far would save nothing now',
        },
      ],
      edges: [
        {
          edge: 'ams-1',
          demand: 400,
          sentence:
            'near is full (503 of 500/s); 20 % of ams-1 goes to far, +74 ms; 2 points moved from near to far in this cycle, ' +
            'up to 2 points more each cycle until near is within 500/s',
          meanRttMs: expect.closeTo(19.8, 9) as number,
          nearestRttMs: 5,
          shares: [
            { origin: 'far', share: 0.2, previousShare: 0.18, changePoints: 2, reason: 'damped', rttMs: 79 },
            { origin: 'near', share: 0.8, previousShare: 0.82, changePoints: -2, reason: 'damped', rttMs: 5 },
          ],
          bindingConstraints: [
            {
              type: 'damping',
              origin: 'far',
              direction: 'arriving',
              maxShiftPercent: 2,
              sentence: 'ams-1 moves at most 2 points to far in one cycle',
            },
            { type: 'origin-capacity', origin: 'near', shadowPriceMs: 74, sentence: 'near is full (503 of 500/s)' },
            {
              type: 'damping',
              origin: 'near',
              direction: 'leaving',
              maxShiftPercent: 2,
              sentence: 'ams-1 moves at most 2 points from near in one cycle',
            },
          ],
        },
        {
          edge: 'ams-2',
          demand: 200,
          sentence: 'all of ams-2 goes to near (5 ms)',
          meanRttMs: 5,
          nearestRttMs: 5,
          shares: [
            { origin: 'far', share: 0, previousShare: 0, changePoints: 0, reason: 'held', rttMs: 79 },
            { origin: 'near', share: 1, previousShare: 1, changePoints: 0, reason: 'held', rttMs: 5 },
          ],
          bindingConstraints: [],
        },
      ],
    });
  });

  it('explains a plan that another thread decided as any other', () => {
    const reader = new PieceReader();
    for (const piece of documentPieces(SPILLING)) reader.add(piece);
    const [plan] = reader.documents as readonly Plan[];
    expect(explainLoadBalancer(plan!, configurationOf(), shop)).toEqual(
      explainLoadBalancer(SPILLING, configurationOf(), shop),
    );
  });

  it('is plain data', () => {
    const explanation = explainLoadBalancer(SPILLING, configurationOf(), shop);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  it('explains a load balancer that no cycle has decided on', () => {
    const { decidedAtMs, headline, origins, edges } = explainLoadBalancer(null, configurationOf(), shop);
    expect({ decidedAtMs, headline, edges }).toEqual({
      decidedAtMs: null,
      headline: 'no cycle has decided on shop yet',
      edges: [],
    });
    expect(origins.map(({ sentence }) => sentence)).toEqual([
      'no cycle has seen far yet',
      'no cycle has seen near yet',
    ]);
  });

  it('explains a load balancer that is configured no more', () => {
    const { headline, origins, edges } = explainLoadBalancer(SPILLING, aConfiguration(), shop);
    expect(headline).toMatch(/^near is full/);
    expect(origins).toEqual([]);
    expect(edges).toHaveLength(2);
  });

  it.each<{ case: string; pairs: readonly PairPlan[]; policy?: Partial<Policy>; notices?: Notice[]; headline: string }>(
    [
      {
        case: 'all is near',
        pairs: [pair('ams-1', 400, ['far', 0, 0, 'held'], ['near', 1, 1, 'held'])],
        headline: 'all 400/s go to the nearest origin that may serve',
      },
      {
        case: 'no demand',
        pairs: [pair('ams-1', 0, ['far', 0, 0, 'held'], ['near', 1, 1, 'held'])],
        headline: 'shop has no demand',
      },
      {
        case: 'nothing in use at one edge, failing open at the other',
        pairs: [
          pair('ams-1', 0, ['near', 1, 0, 'unserved']),
          pair('ams-2', 0, ['far', 0, 0.5, 'fail-open'], ['near', 1, 0.5, 'fail-open']),
        ],
        headline:
          'shop is not served at 1 of 2 edges: no origin is in use; no origin is healthy as seen from 1 of 2 edges; ' +
          'the last shares stay there; shop has no demand; shares moved at every edge in this cycle',
      },
      {
        case: 'frozen',
        pairs: [pair('ams-1', 400, ['far', 0, 0, 'frozen'], ['near', 1, 1, 'frozen'])],
        headline: 'shop is frozen; all 400/s go to the nearest origin that may serve',
      },
      {
        case: 'manual',
        pairs: [pair('ams-1', 400, ['far', 0.5, 0.5, 'manual'], ['near', 0.5, 0.5, 'manual'])],
        headline:
          'the shares of shop are set by hand; 50 % of 400/s goes further than the nearest origin, +74 ms on average',
      },
      {
        case: 'no decision, and silence',
        pairs: [pair('ams-1', 400, ['near', 1, 1, 'kept']), pair('ams-2', 400, ['near', 1, 1, 'stale'])],
        headline:
          'no sound decision could be had at 1 of 2 edges; shares stay there; ' +
          'nothing recent is known at 1 of 2 edges; shares stay there; all 800/s go to the nearest origin that may serve',
      },
      {
        case: 'silence of most edges',
        pairs: [pair('ams-1', 400, ['near', 1, 1, 'stale'])],
        notices: [{ code: 'mass-silence', silentEdges: [edgeName('ams-1')] }],
        headline: 'most edges fell silent at once; shares stay; all 400/s go to the nearest origin that may serve',
      },
    ],
  )('has a headline for: $case', ({ pairs, policy, notices = [], headline }) => {
    expect(explainLoadBalancer(planOf(pairs, { notices }), configurationOf(policy), shop).headline).toBe(headline);
  });

  it.each<{ notice: Notice; sentence: string | undefined }>([
    { notice: { code: 'overload', origins: [originName('elsewhere')] }, sentence: undefined },
    {
      notice: { code: 'overload', origins: [originName('far'), originName('near')] },
      sentence: 'far and near are expected above capacity even with the new shares',
    },
    {
      notice: { code: 'mass-silence', silentEdges: [edgeName('ams-1'), edgeName('ams-2')] },
      sentence: 'most edges fell silent at once (ams-1 and ams-2); no share is moved',
    },
    {
      notice: { code: 'fail-open', loadBalancer: shop, edges: [edgeName('ams-1')] },
      sentence: 'no origin is healthy as seen from ams-1; the last shares stay there',
    },
    {
      notice: { code: 'kept', pairs: 1, details: ['it broke', 'again'] },
      sentence: 'no sound decision could be had for ams-2; their shares stay (it broke)',
    },
    {
      notice: { code: 'unusable-figures', count: 1 },
      sentence: '1 figure made no sense and was left out',
    },
    {
      notice: { code: 'unusable-figures', count: 3 },
      sentence: '3 figures made no sense and were left out',
    },
    {
      notice: { code: 'capacity-unknown', origins: [originName('elsewhere'), originName('near')] },
      sentence: 'the capacity of near is not learnt yet; taken as unlimited until then',
    },
  ])('tells the notice $notice.code', ({ notice, sentence }) => {
    const pairs = [pair('ams-1', 1, ['near', 1, 1, 'held']), pair('ams-2', 1, ['near', 1, 1, 'kept'])];
    const { notices } = explainLoadBalancer(planOf(pairs, { notices: [notice] }), configurationOf(), shop);
    expect(notices).toEqual(sentence === undefined ? [] : [{ code: notice.code, sentence }]);
  });

  it('names each constraint once it binds', () => {
    const pairs = [
      pair('ams-1', 400, ['elsewhere', 0, 0, 'ineligible'], ['far', 0.3, 0.3, 'held'], ['near', 0.7, 0.7, 'held']),
      pair('ams-2', 1, ['far', 0.2, 0.2, 'frozen'], ['near', 0.8, 0.8, 'frozen']),
    ];
    const configuration = aConfiguration({
      loadBalancers: [
        aLoadBalancer('shop', ['elsewhere', 'far', aReference('near', { dialPercent: 70, tier: 1 })], {
          policy: aPolicy({ maxLatencyMs: 50 }),
        }),
      ],
      origins: [anOrigin('elsewhere', { state: 'draining' }), anOrigin('far'), anOrigin('near')],
    });
    const near = { loadBalancer: shop, origin: originName('near'), limit: 280, expectedLoad: 280, shadowPriceMs: 9 };
    const elsewhereIsNear = pairs.map((each) => ({
      ...each,
      shares: each.shares.map((share) => ({ ...share, rttMs: Number.isNaN(share.rttMs) ? 1 : share.rttMs })),
    }));
    const plan = planOf(elsewhereIsNear, { limits: [near] });
    const [ams1, ams2] = explainLoadBalancer(plan, configuration, shop).edges;
    expect(ams1?.bindingConstraints).toMatchObject([
      { type: 'ineligible', origin: 'elsewhere', reason: 'draining' },
      { type: 'latency-limit', origin: 'far', rttMs: 79, limitMs: 50 },
      { type: 'origin-capacity', origin: 'near', shadowPriceMs: 74 },
      { type: 'limit', origin: 'near', kind: 'dial', limit: 280, shadowPriceMs: 9 },
      { type: 'tier', origin: 'near', tier: 1 },
    ]);
    expect(ams2?.bindingConstraints).toEqual([{ type: 'frozen', sentence: 'shop is frozen' }]);
  });

  it('tells what prices of a solver say: room at a full origin is worth the detour it saves', () => {
    const configuration = aConfiguration({
      loadBalancers: [aLoadBalancer('shop', ['far', 'near'])],
      origins: [anOrigin('far'), anOrigin('near', { capacity: { rate: 500 } })],
      edges: [anEdge('ams-1')],
    });
    const origins = { far: { rttMs: 79, isUp: true }, near: { rttMs: 5, isUp: true } };
    const observation = anObservation(0, [{ edge: 'ams-1', demand: 1_000, origins }]);
    const input = { configuration, observation, previous: INITIAL_CYCLE_STATE, settings, isUrgent: false };
    // On its way into near, one more connection goes to far instead.
    const prices = { routesMs: [0, 74], originsMs: [0, 74] };
    const solver = {
      name: 'with-prices',
      solve: (problem: Problem) => ({ ...new LinearProgramSolver().solve(problem), prices }),
    };
    const { plan } = decide(input, solver).state;
    const { origins: explained, edges } = explainLoadBalancer(plan, configuration, shop);
    const near = explained.find(({ origin }) => origin === 'near');
    // The detour of 74 ms, less what filling an origin above its target costs.
    expect(near?.shadowPriceMs).toBeCloseTo(74 - settings.aboveTargetCostMs, 3);
    expect(near?.oneMore).toBe('one more connection per second of capacity at near would save 64 ms each');
    expect(edges[0]?.bindingConstraints.map(({ type }) => type)).toEqual(['origin-capacity']);
  });
});
