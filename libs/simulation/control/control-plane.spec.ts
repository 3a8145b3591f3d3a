import { beforeEach, describe, expect, it } from 'vitest';
import { NearestPolicy } from '../policies/nearest-policy.js';
import type { Policy, PolicyCycle, PolicyDecision } from '../policies/policy.js';
import { step } from '../world/demand-curve.js';
import { exampleWorld } from '../world/example-world.js';
import { Noise } from '../world/noise.js';
import { World } from '../world/world.js';
import { configurationOf } from '../world/world-configuration.js';
import { SHORT_CONNECTIONS } from '../world/world-description.js';
import { ControlPlane } from './control-plane.js';
import { Telemetry } from './telemetry.js';

/** Sends everything to the nearest origin, full or not, however often it is asked. */
class StubbornPolicy implements Policy {
  readonly asked: PolicyCycle[] = [];

  constructor(readonly hasUrgentCycles: boolean) {}

  decide(cycle: PolicyCycle): PolicyDecision {
    this.asked.push(cycle);
    return new NearestPolicy().decide(cycle);
  }
}

describe('ControlPlane', () => {
  let cycles: { timeSeconds: number; isUrgent: boolean }[];
  let world: World;
  let policy: StubbornPolicy;
  let controlPlane: ControlPlane;

  const set = (hasUrgentCycles: boolean): void => {
    cycles = [];
    // From 60 s on more than eu takes.
    const demand = { europe: step(20, 60, 400) };
    const loadBalancers = [{ name: 'shop', origins: ['eu', 'us'], demand, durations: SHORT_CONNECTIONS }];
    world = new World(exampleWorld({ loadBalancers }), new Noise(1), 'thresholds');
    policy = new StubbornPolicy(hasUrgentCycles);
    const telemetry = new Telemetry(world, { delaySeconds: 0, rateFraction: 0, rttFraction: 0 }, new Noise(1));
    controlPlane = new ControlPlane(
      configurationOf(world.topology),
      policy,
      world,
      telemetry,
      { startSeconds: 0, tickSeconds: 1 },
      ({ timeSeconds, isUrgent }) => cycles.push({ timeSeconds, isUrgent }),
    );
  };

  const play = (fromSeconds: number, toSeconds: number): void => {
    for (let second = fromSeconds; second < toSeconds; second += 1) {
      controlPlane.beforeTick(second);
      world.tick(second, 1);
      controlPlane.afterTick(second + 1);
    }
  };

  const times = (): number[] => cycles.map(({ timeSeconds }) => timeSeconds);

  beforeEach(() => {
    set(false);
  });

  it('runs a cycle every 15 s', () => {
    play(0, 61);
    expect(times()).toEqual([0, 15, 30, 45, 60]);
  });

  it('has agents apply a publication a second later', () => {
    controlPlane.beforeTick(0);
    expect(world.tick(0, 1).failedPerSecond).toBe(20);
    controlPlane.beforeTick(1);
    expect(world.tick(1, 1).failedPerSecond).toBe(0);
  });

  it('runs urgent cycles while an origin is overloaded, never within 5 s of another', () => {
    set(true);
    play(0, 120);
    const urgent = cycles.filter(({ isUrgent }) => isUrgent);
    expect(urgent[0]!.timeSeconds).toBeGreaterThan(60);
    expect(urgent.length).toBeGreaterThanOrEqual(4);
    const urgentDistances = cycles
      .slice(1)
      .flatMap(({ timeSeconds, isUrgent }, index) => (isUrgent ? [timeSeconds - cycles[index]!.timeSeconds] : []));
    expect(Math.min(...urgentDistances)).toBeGreaterThanOrEqual(5);
    expect(times().filter((time) => time % 15 === 0)).toHaveLength(8);
  });

  it('runs none for a policy without', () => {
    play(0, 120);
    expect(cycles.some(({ isUrgent }) => isUrgent)).toBe(false);
  });

  it('runs none while stopped; started again, its timer is new', () => {
    play(0, 50);
    controlPlane.apply({ part: 'control-plane', kind: 'scheduler-stops' });
    play(50, 70);
    controlPlane.apply({ part: 'control-plane', kind: 'scheduler-starts' });
    play(70, 101);
    expect(times()).toEqual([0, 15, 30, 45, 85, 100]);
  });

  it('has forgotten the reports when it starts again', () => {
    play(0, 62);
    controlPlane.apply({ part: 'control-plane', kind: 'scheduler-stops' });
    play(62, 64);
    controlPlane.apply({ part: 'control-plane', kind: 'scheduler-starts' });
    play(64, 80);
    const { edges } = policy.asked.at(-1)!.observation;
    expect(edges).toHaveLength(3);
    // Of demand as it is since 60 s, and of nothing before.
    expect(edges[0]!.loadBalancers[0]!.ratePerSecond).toBeCloseTo(200);
  });
});
