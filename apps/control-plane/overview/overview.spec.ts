import { describe, expect, it } from 'vitest';
import type { AgentReport } from '#contracts/agent-report.js';
import { edgeName, originName } from '#core/model/name.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPairPlan, aPlan } from '#testkit/model-builders.js';
import { EXAMPLE_SCHEDULER } from './test-scheduler.js';
import { overviewOf, type OverviewParts } from './overview.js';
import { overviewSchema } from './overview.schema.js';
import { planSums } from './plan-sums.js';

const configuration = aConfiguration({
  origins: [anOrigin('far'), anOrigin('near', { capacity: { rate: 200 } })],
  edges: [anEdge('ams-1'), anEdge('ams-2')],
  loadBalancers: [aLoadBalancer('idle', ['far']), aLoadBalancer('shop', ['near', 'far'])],
});

const plan = aPlan([aPairPlan({ far: 0.25, near: 0.75 }), aPairPlan({ near: 1 }, { edge: edgeName('ams-2') })], {
  decidedAtMs: 1_000,
  origins: [
    { origin: originName('near'), capacity: 200, measuredLoad: 100, expectedLoad: 175, shadowPriceMs: 0 },
    { origin: originName('far'), capacity: null, measuredLoad: 0, expectedLoad: 25, shadowPriceMs: 0 },
  ],
});

const report: AgentReport = {
  version: 1,
  edge: 'ams-1',
  agentVersion: '0.1.0',
  instance: 'first',
  sequence: 1,
  monotonicMs: 0,
  applied: { term: 1, generation: 2 },
  dataPlane: 'ipvs',
  loadBalancers: [
    {
      name: 'shop',
      connections: 0,
      origins: [
        {
          origin: 'near',
          connections: 0,
          rttMs: 5,
          endpoints: [{ address: '192.0.2.1', up: false, weight: 1, activeConnections: 0 }],
        },
      ],
    },
  ],
  errors: [],
};

const overview = async (parts: Partial<OverviewParts> = {}) =>
  overviewOf({
    configuration,
    plan,
    sums: await planSums(plan),
    scheduler: EXAMPLE_SCHEDULER,
    fleet: new Map([[edgeName('ams-1'), { report, ageMs: 2_000 }]]),
    published: new Map([[edgeName('ams-1'), { term: 1, generation: 2 }]]),
    nowMs: 2_000,
    mostFlows: 12,
    ...parts,
  });

describe('overviewOf', () => {
  it('is as documented, with a plan and without', async () => {
    expect(overviewSchema.safeParse(await overview()).error).toBeUndefined();
    const empty = await overview({ plan: null, sums: await planSums({ pairs: [] }) });
    expect(overviewSchema.safeParse(empty).error).toBeUndefined();
    expect(empty).toMatchObject({ decidedAt: null, demand: 0, meanRttMs: null, flows: [] });
  });

  it('adds demand up from each side', async () => {
    const { demand, edges, loadBalancers, flows } = await overview();
    expect(demand).toBe(200);
    expect(edges.map((edge) => edge.demand)).toEqual([100, 100]);
    expect(loadBalancers.map((balancer) => [balancer.loadBalancer, balancer.demand, balancer.shares])).toEqual([
      ['idle', 0, []],
      [
        'shop',
        200,
        [
          { origin: 'near', share: 0.875 },
          { origin: 'far', share: 0.125 },
        ],
      ],
    ]);
    expect(flows.map(({ edge, origin, rate }) => [edge, origin, rate])).toEqual([
      ['ams-2', 'near', 100],
      ['ams-1', 'near', 75],
      ['ams-1', 'far', 25],
    ]);
  });

  it('tells what agents said of themselves and of endpoints', async () => {
    const { edges, origins } = await overview();
    expect(edges).toMatchObject([
      { edge: 'ams-1', lastSeenSeconds: 2, isCurrent: true },
      { edge: 'ams-2', lastSeenSeconds: null, isCurrent: false, published: null },
    ]);
    expect(origins).toMatchObject([
      { origin: 'far', endpointsDown: 0 },
      { origin: 'near', endpoints: 1, endpointsDown: 1, edgesSeeingDown: 1, utilization: 0.5 },
    ]);
  });

  it('does not believe in the health that a silent edge saw', async () => {
    const { origins } = await overview({ fleet: new Map([[edgeName('ams-1'), { report, ageMs: 60_000 }]]) });
    expect(origins).toMatchObject([{ endpointsDown: 0 }, { endpointsDown: 0 }]);
  });
});
