import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Observation } from '#core/observe/observation.js';
import { describe, expect, it } from 'vitest';
import type { PairShares } from '../policies/policy.js';
import { exampleWorld } from '../world/example-world.js';
import { Noise } from '../world/noise.js';
import { Topology } from '../world/topology.js';
import { configurationOf } from '../world/world-configuration.js';
import { isUrgent } from './urgency.js';

// The origin eu takes 80/s, with two servers.
const topology = new Topology(exampleWorld(), new Noise(1));
const configuration = configurationOf(topology);

const seen = (ratePerSecond: number, ...up: readonly boolean[]): Observation => ({
  takenAtMs: 0,
  edges: ['ams-1', 'ams-2'].map((edge) => ({
    edge: edgeName(edge),
    ageMs: 0,
    loadBalancers: [
      {
        loadBalancer: loadBalancerName('shop'),
        ageMs: 0,
        ratePerSecond,
        origins: [
          {
            origin: originName('eu'),
            ageMs: 0,
            ratePerSecond,
            endpoints: topology
              .endpointsOf(0)
              .map((endpoint, index) => ({ address: topology.endpoints[endpoint]!.address, up: up[index]!, ageMs: 0 })),
          },
        ],
      },
    ],
  })),
  utilizations: [],
});

const shares = (share: number): readonly PairShares[] => [
  {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName('ams-2'),
    shares: [{ origin: originName('eu'), share }],
  },
];

describe('isUrgent', () => {
  it.each([
    ['no: full to the brim', 40, true, true, 1, false],
    ['no: above, but by less than a twentieth', 41.9, true, true, 1, false],
    ['yes: above by more', 42.1, true, true, 1, true],
    ['yes: half of it is dead, and the rest has too much', 22, true, false, 1, true],
    ['no: the rest has enough room', 20, true, false, 1, false],
    ['yes: gone, with a share', 20, false, false, 0.1, true],
    ['no: gone, without one', 20, false, false, 0, false],
  ])('%s', (_, rate, firstUp, secondUp, share, expected) => {
    expect(isUrgent(configuration, seen(rate, firstUp, secondUp), shares(share))).toBe(expected);
  });

  it('is not before anything is known', () => {
    expect(isUrgent(configuration, { takenAtMs: 0, edges: [], utilizations: [] }, shares(1))).toBe(false);
  });
});
