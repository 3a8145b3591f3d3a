import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONVERGENCE_SECONDS } from './anycast.js';
import { exampleWorld } from './example-world.js';
import { Noise } from './noise.js';
import { World } from './world.js';
import type { WorldDescription } from './world-description.js';

const EDGES = ['ams-1', 'ams-2', 'nyc'];

/** Everything on every edge goes to eu with so much of the weight, the rest to us. */
const spread = ({ topology }: World, euWeight: number): readonly PairWeights[] =>
  EDGES.map((edge) => ({
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName(edge),
    endpoints: topology.endpoints.map(({ origin, address }) => ({
      origin: originName(topology.origins[origin]!.name),
      address,
      weight: origin === 0 ? euWeight : 1_000 - euWeight,
      standbyWeight: 1,
    })),
  }));

const aWorld = (overrides: Partial<WorldDescription> = {}, euWeight = 500): World => {
  const world = new World(exampleWorld(overrides), new Noise(1), 'thresholds');
  world.install(spread(world, euWeight));
  return world;
};

const demands = (world: World, time = 0): number[] => [...world.demandOfPairs(time, 'real')];

describe('World', () => {
  it('brings users to the nearest site, evenly over its edges', () => {
    expect(demands(aWorld())).toEqual([50, 50, 50]);
  });

  it('brings them to the neighbours when an edge is lost, once anycast has noticed', () => {
    const world = aWorld();
    world.apply({ part: 'world', kind: 'edge-lost', edge: 'ams-1' }, 10);
    expect(demands(world, 10 + CONVERGENCE_SECONDS - 1)).toEqual([50, 50, 50]);
    expect(world.tick(10, 1).failedPerSecond).toBe(50);
    expect(demands(world, 10 + CONVERGENCE_SECONDS)).toEqual([0, 100, 50]);
    world.apply({ part: 'world', kind: 'edge-lost', edge: 'ams-2' }, 20);
    expect(demands(world, 30)).toEqual([0, 0, 150]);
    world.apply({ part: 'world', kind: 'edge-back', edge: 'ams-1' }, 40);
    expect(demands(world, 40)).toEqual([100, 0, 50]);
  });

  it('splits connections by the weights, and counts them', () => {
    const world = aWorld({}, 250);
    const { served, failedPerSecond } = world.tick(0, 2);
    expect([served.at(0, 0), served.at(0, 1), failedPerSecond]).toEqual([12.5, 37.5, 0]);
    expect([world.received.at(0, 0), world.sent.at(0, 0), world.sent.at(0, 1)]).toEqual([100, 25, 75]);
  });

  it('fails what an edge sends to a dead endpoint until its probes notice', () => {
    const world = aWorld();
    world.apply({ part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: 1 }, 0);
    expect(world.aliveFraction(0)).toBe(0.5);
    expect(world.tick(0, 1).failedPerSecond).toBeCloseTo(150 / 4);
    for (let second = 1; second < 6; second += 1) world.tick(second, 1);
    const { served, failedPerSecond } = world.tick(6, 1);
    expect(failedPerSecond).toBe(0);
    // The other server of the origin has taken over.
    expect(served.at(0, 0)).toBeCloseTo(25);
  });

  it('refuses everybody where nothing was ever published', () => {
    expect(new World(exampleWorld(), new Noise(1), 'thresholds').tick(0, 1).failedPerSecond).toBe(150);
  });

  it('does not know what it does not have', () => {
    expect(() => {
      aWorld().apply({ part: 'world', kind: 'edge-lost', edge: 'lon' }, 0);
    }).toThrow('the world has no lon; it has ams-1, ams-2, nyc');
  });

  it('loses no connection and makes none up', () => {
    const happening = fc.record({ eu: fc.integer({ min: 0, max: 2 }), us: fc.integer({ min: 0, max: 2 }) });
    const noise = { demand: [{ fraction: 0.5, everySeconds: 1 }] };
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 20 }), fc.nat(1_000), (happenings, euWeight) => {
        const world = aWorld({ noise }, euWeight);
        happenings.forEach(({ eu, us }, second) => {
          world.apply({ part: 'world', kind: 'endpoints-alive', origin: 'eu', endpoints: eu }, second);
          world.apply({ part: 'world', kind: 'endpoints-alive', origin: 'us', endpoints: us }, second);
          const { served, failedPerSecond } = world.tick(second, 1);
          const came = demands(world, second).reduce((sum, demand) => sum + demand, 0);
          expect(served.sum() + failedPerSecond).toBeCloseTo(came);
        });
      }),
    );
  });
});
