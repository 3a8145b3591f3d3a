import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin, aPolicy, aReference } from '#testkit/model-builders.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { WhatIfChanges } from './what-if-changes.js';
import { whatIfViolations } from './what-if-violations.js';

const shop = loadBalancerName('shop');
const [ams, lax] = [edgeName('ams-1'), edgeName('lax-1')];
const [eu, us, spare] = [originName('eu'), originName('us'), originName('spare')];

const CONFIGURATION = aConfiguration({
  loadBalancers: [
    aLoadBalancer('by-hand', ['eu', 'us'], {
      policy: aPolicy({ mode: 'manual', manualShares: { [eu]: 40, [us]: 60 } }),
    }),
    aLoadBalancer('shop', ['eu', 'us']),
  ],
  origins: [anOrigin('eu'), anOrigin('spare'), anOrigin('us')],
  edges: [anEdge('ams-1'), anEdge('lax-1')],
});

describe('whatIfViolations', () => {
  it('has none for changes that fit', () => {
    const changes: WhatIfChanges = {
      origins: [{ origin: spare, isRemoved: true }],
      loadBalancers: [
        {
          loadBalancer: shop,
          references: [{ origin: eu, tier: 1 }],
          removedOrigins: [us],
          addedOrigins: [aReference('us')],
        },
      ],
      edges: [{ edge: lax, isLost: true, demandGoesTo: [ams] }],
      demand: [{ loadBalancer: shop, edge: lax, change: { type: 'factor', factor: 2 } }],
      rtts: [{ edge: ams, origin: eu, rttMs: 3 }],
    };
    expect(whatIfViolations(CONFIGURATION, changes)).toEqual([]);
  });

  it('reports every wrong name at once', () => {
    const [nowhere, nobody, nothing] = [edgeName('nowhere'), originName('nobody'), loadBalancerName('nothing')];
    const changes: WhatIfChanges = {
      origins: [{ origin: nobody }],
      loadBalancers: [
        { loadBalancer: nothing, references: [{ origin: nobody }] },
        {
          loadBalancer: shop,
          references: [{ origin: spare }],
          removedOrigins: [nobody],
          addedOrigins: [aReference('nobody')],
        },
      ],
      edges: [{ edge: nowhere }, { edge: lax, isLost: true, demandGoesTo: [nowhere] }],
      demand: [{ loadBalancer: nothing, edge: nowhere, change: { type: 'factor', factor: 2 } }],
      rtts: [{ edge: nowhere, origin: nobody, rttMs: 3 }],
    };
    expect(whatIfViolations(CONFIGURATION, changes).map(({ code, pointer }) => [code, pointer])).toEqual([
      ['unknown-origin', '/origins/0/origin'],
      ['unknown-load-balancer', '/loadBalancers/0/loadBalancer'],
      ['unknown-origin', '/loadBalancers/0/references/0/origin'],
      ['origin-not-used', '/loadBalancers/1/references/0/origin'],
      ['unknown-origin', '/loadBalancers/1/removedOrigins/0'],
      ['unknown-origin', '/loadBalancers/1/addedOrigins/0/origin'],
      ['unknown-edge', '/edges/0/edge'],
      ['unknown-edge', '/edges/1/demandGoesTo/0'],
      ['unknown-load-balancer', '/demand/0/loadBalancer'],
      ['unknown-edge', '/demand/0/edge'],
      ['unknown-edge', '/rtts/0/edge'],
      ['unknown-origin', '/rtts/0/origin'],
    ]);
  });

  it.each<{ case: string; changes: WhatIfChanges; violation: object }>([
    {
      case: 'an origin added that is used already',
      changes: { loadBalancers: [{ loadBalancer: shop, addedOrigins: [aReference('eu')] }] },
      violation: { code: 'origin-already-used', pointer: '/loadBalancers/0/addedOrigins/0/origin' },
    },
    {
      case: 'an origin added twice',
      changes: { loadBalancers: [{ loadBalancer: shop, addedOrigins: [aReference('spare'), aReference('spare')] }] },
      violation: { code: 'origin-already-used', pointer: '/loadBalancers/0/addedOrigins/1/origin' },
    },
    {
      case: 'an origin added that the same changes remove',
      changes: {
        origins: [{ origin: spare, isRemoved: true }],
        loadBalancers: [{ loadBalancer: shop, addedOrigins: [aReference('spare')] }],
      },
      violation: { code: 'unknown-origin', detail: 'origin "spare" is removed by the same changes' },
    },
    {
      case: 'demand that goes to a lost edge',
      changes: {
        edges: [{ edge: ams, isLost: true, demandGoesTo: [ams] }],
      },
      violation: { code: 'no-edge-left', pointer: '/edges/0/demandGoesTo/0' },
    },
    {
      case: 'shares set by hand that do not sum to 100',
      changes: { loadBalancers: [{ loadBalancer: shop, policy: { mode: 'manual', manualShares: { [eu]: 60 } } }] },
      violation: { code: 'manual-shares', pointer: '/loadBalancers/0/policy/manualShares' },
    },
    {
      case: 'an origin removed that has shares set by hand',
      changes: { origins: [{ origin: eu, isRemoved: true }] },
      violation: {
        code: 'manual-shares',
        pointer: '',
        detail: '"by-hand": 40 % is set by hand for "eu", which would not be used',
      },
    },
  ])('refuses $case', ({ changes, violation }) => {
    expect(whatIfViolations(CONFIGURATION, changes)).toEqual([expect.objectContaining(violation)]);
  });

  it('refuses to lose every edge', () => {
    const changes = { edges: [ams, lax].map((edge) => ({ edge, isLost: true })) };
    expect(whatIfViolations(CONFIGURATION, changes).map(({ pointer }) => pointer)).toEqual([
      '/edges/0/isLost',
      '/edges/1/isLost',
    ]);
  });
});
