import { describe, expect, it } from 'vitest';
import { step } from '../world/demand-curve.js';
import { exampleWorld } from '../world/example-world.js';
import { Noise } from '../world/noise.js';
import { World } from '../world/world.js';
import { configurationOf } from '../world/world-configuration.js';
import { SHORT_CONNECTIONS, type WorldDescription } from '../world/world-description.js';
import { pairWeights } from '../policies/pair-weights.js';
import { NearestPolicy } from '../policies/nearest-policy.js';
import { Telemetry, type TelemetryDescription } from './telemetry.js';

const EXACT: TelemetryDescription = { delaySeconds: 0, rateFraction: 0, rttFraction: 0 };

/** A world whose edges send everything to the nearest origin, and its telemetry. */
class Watched {
  readonly world: World;
  readonly telemetry: Telemetry;
  arrivals = 0;

  constructor(description: TelemetryDescription = EXACT, overrides: Partial<WorldDescription> = {}) {
    this.world = new World(exampleWorld(overrides), new Noise(1), 'thresholds');
    const configuration = configurationOf(this.world.topology);
    const { pairs } = new NearestPolicy().decide({
      configuration,
      observation: { takenAtMs: 0, edges: [], utilizations: [] },
      isUrgent: false,
    });
    this.world.install(pairWeights(configuration, pairs));
    this.telemetry = new Telemetry(this.world, description, new Noise(1));
  }

  /** Plays second after second. */
  play(fromSeconds: number, toSeconds: number, isListening = true): void {
    for (let second = fromSeconds; second < toSeconds; second += 1) {
      this.world.tick(second, 1);
      this.telemetry.send(second + 1, 1);
      if (this.telemetry.receive(second + 1, isListening)) this.arrivals += 1;
    }
  }

  edge(nowSeconds: number, name = 'ams-1') {
    return this.telemetry.observe(nowSeconds).edges.find(({ edge }) => edge === name);
  }
}

describe('Telemetry', () => {
  it('tells rates over 30 s, RTTs, verdicts and open connections', () => {
    const watched = new Watched();
    watched.play(0, 60);
    const shop = watched.edge(60)!.loadBalancers[0]!;
    expect(shop.ratePerSecond).toBeCloseTo(50);
    const [eu, us] = shop.origins;
    expect([eu!.origin, us!.origin]).toEqual(['eu', 'us']);
    expect([eu!.ratePerSecond, us!.ratePerSecond]).toEqual([shop.ratePerSecond, 0]);
    expect(eu!.activeConnections).toBeCloseTo(50);
    expect(eu!.rttMs).toBeCloseTo(1);
    expect(eu!.endpoints).toHaveLength(2);
    expect(eu!.endpoints.every(({ up }) => up)).toBe(true);
  });

  it('has forgotten after a cycle what demand was before', () => {
    const demand = { europe: step(20, 60, 100) };
    const loadBalancers = [{ name: 'shop', origins: ['eu', 'us'], demand, durations: SHORT_CONNECTIONS }];
    const watched = new Watched(EXACT, { loadBalancers });
    watched.play(0, 66);
    const halfway = watched.edge(66)!.loadBalancers[0]!.ratePerSecond!;
    expect(halfway).toBeGreaterThan(15);
    expect(halfway).toBeLessThan(45);
    watched.play(66, 81);
    expect(watched.edge(81)!.loadBalancers[0]!.ratePerSecond).toBeCloseTo(50);
  });

  it('knows no rate from one report, and the age of what it knows', () => {
    const watched = new Watched();
    watched.play(0, 5);
    expect(watched.edge(7)!.loadBalancers[0]!.ratePerSecond).toBeUndefined();
    const young = watched.edge(7)!.ageMs;
    expect(young).toBeGreaterThanOrEqual(2_000);
    expect(watched.edge(17)!.ageMs).toBe(young + 10_000);
  });

  it('keeps what is under way for as long as it is told, and does not count that as age', () => {
    const watched = new Watched({ ...EXACT, delaySeconds: 60 });
    watched.play(0, 60);
    expect(watched.edge(60)).toBeUndefined();
    watched.play(60, 90);
    expect(watched.edge(90)!.ageMs).toBeLessThanOrEqual(5_000);
  });

  it('forgets nothing while reports are lost, and hears nothing', () => {
    const watched = new Watched();
    watched.play(0, 30);
    const { arrivals } = watched;
    watched.telemetry.setLost(true);
    watched.play(30, 60);
    expect(watched.arrivals).toBe(arrivals);
    expect(watched.edge(60)!.ageMs).toBeGreaterThanOrEqual(30_000);
  });

  it('begins again after a restart, and loses what came when nobody listened', () => {
    const watched = new Watched();
    watched.play(0, 30);
    watched.telemetry.forgetAll();
    watched.play(30, 60, false);
    expect(watched.telemetry.observe(60).edges).toEqual([]);
  });

  it('hears nothing of a lost edge', () => {
    const watched = new Watched();
    watched.play(0, 30);
    watched.world.apply({ part: 'world', kind: 'edge-lost', edge: 'ams-1' }, 30);
    watched.play(30, 60);
    expect(watched.edge(60)!.ageMs).toBeGreaterThanOrEqual(30_000);
    expect(watched.edge(60, 'ams-2')!.ageMs).toBeLessThanOrEqual(5_000);
  });

  it('is off by no more than its noise', () => {
    const watched = new Watched({ ...EXACT, rateFraction: 0.1, rttFraction: 0.2 });
    watched.play(0, 60);
    const shop = watched.edge(60)!.loadBalancers[0]!;
    expect(Math.abs(shop.ratePerSecond! / 50 - 1)).toBeLessThanOrEqual(0.1);
    expect(shop.ratePerSecond).not.toBeCloseTo(50, 3);
    expect(Math.abs(shop.origins[0]!.rttMs! - 1)).toBeLessThanOrEqual(0.2);
  });
});
