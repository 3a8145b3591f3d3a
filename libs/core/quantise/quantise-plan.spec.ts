import { describe, expect, it } from 'vitest';
import {
  aConfiguration,
  aLoadBalancer,
  anEdge,
  anOrigin,
  aPairPlan,
  aPlan,
  aReference,
} from '#testkit/model-builders.js';
import type { Configuration } from '../model/configuration.js';
import { edgeName } from '../model/name.js';
import { quantisePlan } from './quantise-plan.js';

const east = anOrigin('east', {
  endpoints: [
    { address: '192.0.2.1', weight: 3 },
    { address: '192.0.2.2', weight: 1 },
    { address: '192.0.2.3', weight: 0 },
  ],
});

function world(parts: Partial<Configuration> = {}): Configuration {
  return aConfiguration({
    loadBalancers: [aLoadBalancer('shop', [aReference('east', { port: 8443 }), 'west'])],
    origins: [east, anOrigin('west', { endpoints: [{ address: '192.0.2.9', weight: 7 }] })],
    edges: [anEdge('ams-1')],
    ...parts,
  });
}

describe('quantisePlan', () => {
  it("splits an origin's share by the weights of its endpoints, and keeps a weight of 0", () => {
    expect(quantisePlan(world(), aPlan([aPairPlan({ east: 0.4, west: 0.6 })]))).toEqual([
      {
        loadBalancer: 'shop',
        edge: 'ams-1',
        endpoints: [
          { origin: 'east', address: '192.0.2.1', port: 8443, weight: 30 },
          { origin: 'east', address: '192.0.2.2', port: 8443, weight: 10 },
          { origin: 'east', address: '192.0.2.3', port: 8443, weight: 0 },
          { origin: 'west', address: '192.0.2.9', weight: 60 },
        ],
      },
    ]);
  });

  it.each(['draining', 'disabled'] as const)('gives nothing to a %s origin, whatever an older plan says', (state) => {
    const configuration = world({ origins: [{ ...east, state }, anOrigin('west')] });
    const [pair] = quantisePlan(configuration, aPlan([aPairPlan({ east: 0.4, west: 0.6 })]));
    expect(pair?.endpoints.map(({ weight }) => weight)).toEqual([0, 0, 0, 63]);
  });

  it('tells that the endpoints of a draining origin drain, whether or not it has a share', () => {
    const configuration = world({ origins: [{ ...east, state: 'draining' }, anOrigin('west')] });
    for (const shares of [
      { east: 0.4, west: 0.6 },
      { east: 0, west: 1 },
    ]) {
      const [pair] = quantisePlan(configuration, aPlan([aPairPlan(shares)]));
      expect(pair?.endpoints.map(({ draining }) => draining)).toEqual([true, true, true, undefined]);
    }
  });

  it('leaves out a disabled origin as soon as it has no share, and at no edge before', () => {
    const configuration = world({
      origins: [{ ...east, state: 'disabled' }, anOrigin('west')],
      edges: [anEdge('ams-1'), anEdge('fra-1')],
    });
    const pairs = quantisePlan(
      configuration,
      aPlan([aPairPlan({ east: 0, west: 1 }), aPairPlan({ east: 0.1, west: 0.9 }, { edge: edgeName('fra-1') })]),
    );
    expect(pairs.map(({ endpoints }) => endpoints.map(({ origin }) => origin))).toEqual([
      ['west'],
      ['east', 'east', 'east', 'west'],
    ]);
    expect(pairs[1]?.endpoints[0]).not.toHaveProperty('draining');
  });

  it('gives all edges of a site the same weights, and other sites other endpoints where not all can have one', () => {
    const many = anOrigin('east', {
      endpoints: Array.from({ length: 40 }, (_, index) => ({ address: `192.0.2.${index + 10}`, weight: 1 })),
    });
    const sites = ['ams', 'ams', 'fra'];
    const edges = sites.map((site, index) => anEdge(`edge-${index}`, { site }));
    const chosen = quantisePlan(
      world({ origins: [many, anOrigin('west')], edges }),
      aPlan(edges.map(({ name }) => aPairPlan({ east: 0.02, west: 0.98 }, { edge: name }))),
    ).map(({ endpoints }) => endpoints.filter(({ weight }) => weight > 0).map(({ address }) => address));
    expect(chosen[1]).toEqual(chosen[0]);
    expect(chosen[2]).not.toEqual(chosen[0]);
  });

  it('gives nothing to an origin that joined after the plan was made', () => {
    const [pair] = quantisePlan(world(), aPlan([aPairPlan({ west: 1 })]));
    expect(pair?.endpoints.map(({ weight }) => weight)).toEqual([0, 0, 0, 63]);
  });

  it('drops an origin that the load balancer no longer names', () => {
    const configuration = world({ loadBalancers: [aLoadBalancer('shop', ['west'])] });
    const [pair] = quantisePlan(configuration, aPlan([aPairPlan({ east: 0.4, west: 0.6 })]));
    expect(pair?.endpoints).toEqual([{ origin: 'west', address: '192.0.2.9', weight: 63 }]);
  });

  it('gives an origin whose endpoints all weigh nothing no weight', () => {
    const empty = anOrigin('east', { endpoints: [{ address: '192.0.2.1', weight: 0 }] });
    const configuration = world({ origins: [empty, anOrigin('west')] });
    const [pair] = quantisePlan(configuration, aPlan([aPairPlan({ east: 0.4, west: 0.6 })]));
    expect(pair?.endpoints.map(({ weight }) => weight)).toEqual([0, 63]);
  });

  describe('keeps on standby', () => {
    const standby = (configuration: Configuration): readonly (number | undefined)[] =>
      quantisePlan(configuration, aPlan([aPairPlan({ west: 1 })]))[0]!.endpoints.map(
        ({ standbyWeight }) => standbyWeight,
      );

    it('what has no share now but may serve, by the weights inside the origin', () => {
      expect(standby(world())).toEqual([3, 1, undefined, undefined]);
    });

    it.each([
      ['an origin out of use', { origins: [{ ...east, state: 'draining' as const }, anOrigin('west')] }],
      [
        'an origin dialled out',
        { loadBalancers: [aLoadBalancer('shop', [aReference('east', { dialPercent: 0 }), 'west'])] },
      ],
      [
        'an origin allowed nothing',
        { loadBalancers: [aLoadBalancer('shop', [aReference('east', { maxRate: 0 }), 'west'])] },
      ],
    ])('never %s', (_, parts) => {
      expect(standby(world(parts))).toEqual([undefined, undefined, undefined, undefined]);
    });
  });

  it('leaves out a pair that was never planned, and an edge that is gone', () => {
    expect(quantisePlan(world(), aPlan([aPairPlan({ west: 1 }, { edge: edgeName('gone') })]))).toEqual([]);
  });
});
