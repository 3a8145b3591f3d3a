import { describe, expect, it } from 'vitest';
import { pairWeights } from '../policies/pair-weights.js';
import { EXAMPLE_CONFIGURATION, exampleObservation } from '../policies/example-observation.js';
import { NearestPolicy } from '../policies/nearest-policy.js';
import { exampleWorld } from '../world/example-world.js';
import { Noise } from '../world/noise.js';
import { waitMs } from '../world/queueing.js';
import { World } from '../world/world.js';
import { LoadMeter } from './load-meter.js';

/** Everybody at the nearest origin: 100/s where 80/s fit, 50/s where 200/s do. */
const crowded = (overrides: Parameters<typeof exampleWorld>[0] = {}): World => {
  const world = new World(exampleWorld(overrides), new Noise(1), 'thresholds');
  const observation = exampleObservation([50, 50, 50]);
  const { pairs } = new NearestPolicy().decide({ configuration: EXAMPLE_CONFIGURATION, observation, isUrgent: false });
  world.install(pairWeights(EXAMPLE_CONFIGURATION, pairs));
  return world;
};

describe('LoadMeter', () => {
  it('counts what is beyond capacity, and how long', () => {
    const world = crowded();
    const meter = new LoadMeter(world);
    meter.measure(world.tick(0, 5));
    meter.measure(world.tick(5, 5));
    expect([meter.overloadSeconds, meter.excessConnections, meter.failedConnections]).toEqual([10, 200, 0]);
  });

  it('adds the queue to the way', () => {
    const world = crowded();
    const meter = new LoadMeter(world);
    meter.measure(world.tick(0, 1));
    // Every origin stands beside its edges: a millisecond away.
    expect(meter.latency.mean()).toBeCloseTo(1 + (100 * waitMs(100 / 80) + 50 * waitMs(50 / 200)) / 150);
  });

  it('knows that dead servers take nothing', () => {
    const world = crowded();
    world.apply({ part: 'world', kind: 'endpoints-alive', origin: 'us', endpoints: 1 }, 0);
    const meter = new LoadMeter(world);
    const [, us] = meter.measure(world.tick(0, 1));
    expect([us!.load, us!.rateLimit]).toEqual([25, 100]);
    expect(meter.failedConnections).toBe(25);
  });

  it('counts connections open beyond their limit, of those that came in the tick', () => {
    const durations = [{ part: 1, meanSeconds: 100 }];
    const { loadBalancers, origins } = exampleWorld();
    const world = crowded({
      loadBalancers: loadBalancers.map((balancer) => ({ ...balancer, durations })),
      origins: origins.map((origin) => ({ ...origin, capacity: { connections: 6_000 } })),
    });
    const meter = new LoadMeter(world);
    const [eu, us] = meter.measure(world.tick(0, 1));
    expect([eu!.open, us!.open].map(Math.round)).toEqual([10_000, 5_000]);
    expect([meter.overloadSeconds, Math.round(meter.excessConnections)]).toEqual([1, 100]);
  });

  it('names the minutes in which an origin was overloaded on the mean', () => {
    const world = crowded();
    const meter = new LoadMeter(world);
    for (let second = 0; second < 90; second += 1) meter.measure(world.tick(second, 1));
    // Half of a minute at 125 % is 62.5 % on the mean.
    expect([...meter.overloadedMinutes()]).toEqual(['0/0']);
  });
});
