import fc from 'fast-check';
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
import { anEstimate, anOriginEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { formulate, type Formulation } from './formulate.js';
import type { Band } from './problem.js';

describe('any usable estimate', () => {
  const magnitude = fc.integer({ min: -300, max: 900 }).map((power) => 10 ** (power / 100));
  const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.oneof(fc.constant(null), arbitrary);
  const rate = fc.oneof(fc.constant(0), magnitude);
  const origin = fc.record({
    rate: some(rate),
    connections: some(rate),
    measuredLoad: some(rate),
    seconds: fc.array(some(fc.integer({ min: -300, max: 640 }).map((power) => 10 ** (power / 100))), {
      minLength: 2,
      maxLength: 2,
    }),
    maxRate: some(rate),
    dialPercent: fc.constantFrom(100, 100, 30),
  });
  const pair = fc.record({
    demand: rate,
    noisePart: fc.integer({ min: 0, max: 50 }).map((percent) => percent / 100),
    rttsMs: fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 3, maxLength: 3 }),
    held: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 3 }),
    hasPlan: fc.boolean(),
  });
  type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

  function formulationOf(
    origins: readonly Generated<typeof origin>[],
    pairs: readonly Generated<typeof pair>[],
  ): Formulation {
    const names = origins.map((_origin, index) => `origin-${index}`);
    const balancers = ['lb-0', 'lb-1'].map((name) =>
      aLoadBalancer(
        name,
        origins.map(({ maxRate, dialPercent }, index) =>
          aReference(names[index]!, { dialPercent, ...(maxRate !== null && { maxRate }) }),
        ),
      ),
    );
    const identities = pairs.map((_pair, index) => ({
      loadBalancer: loadBalancerName(`lb-${index % 2}`),
      edge: edgeName(`edge-${index}`),
    }));
    const estimates = pairs.map(({ demand, noisePart, rttsMs }, index) =>
      aPairEstimate(Object.fromEntries(names.map((name, nth) => [name, { rttMs: rttsMs[nth]! }])), {
        ...identities[index]!,
        demand,
        demandNoise: noisePart * demand,
      }),
    );
    const plans = pairs.flatMap(({ hasPlan, held }, index) => {
      const own = held.slice(0, names.length);
      const whole = own.reduce((sum, part) => sum + part, 0);
      const shares = names.map((name, nth) => [name, whole === 0 ? 1 / names.length : own[nth]! / whole]);
      return hasPlan ? [aPairPlan(Object.fromEntries(shares) as Record<string, number>, identities[index])] : [];
    });
    const connectionTimes = balancers.flatMap(({ name: loadBalancer }, nth) =>
      origins.flatMap(({ seconds }, index) => {
        const time = seconds[nth] ?? null;
        const told = { activeConnections: 0, edges: 1, measuredAtMs: 0 };
        return time === null ? [] : [{ loadBalancer, origin: originName(names[index]!), seconds: time, ...told }];
      }),
    );
    return formulate(
      aConfiguration({
        loadBalancers: balancers,
        origins: names.map((name) => anOrigin(name)),
        edges: identities.map(({ edge }) => anEdge(edge)),
      }),
      anEstimate(
        estimates,
        origins.map(({ rate: known, connections, measuredLoad }, index) =>
          anOriginEstimate(names[index]!, { rate: known, wholeRate: known, connections, measuredLoad }),
        ),
        { connectionTimes },
      ),
      aPlan(plans),
      settings,
      false,
    );
  }

  it('gives a problem of finite figures, with prices that grow and no end to the last', () => {
    fc.assert(
      fc.property(
        fc.array(origin, { minLength: 1, maxLength: 3 }),
        fc.array(pair, { minLength: 1, maxLength: 6 }),
        (origins, pairs) => {
          const { problem } = formulationOf(origins, pairs);
          // Of an arc that holds no share that figure is NaN.
          const figures = JSON.stringify(problem, (key, value: unknown) => {
            if (key === 'heldShare') return Array.from(value as Float64Array).filter((share) => !Number.isNaN(share));
            return typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value;
          });
          expect(figures).not.toContain('not finite');
          for (const { demand } of problem.pairs) expect(demand).toBeGreaterThan(0);
          for (const { bands } of problem.routes) expectConvexAndEndless(bands);
          for (const { bands, connectionBands } of problem.origins) {
            expectConvexAndEndless(bands);
            expectConvexAndEndless(connectionBands);
          }
        },
      ),
      { numRuns: 500, seed: 20_260_101 },
    );
  });

  function expectConvexAndEndless(bands: readonly Band[]): void {
    bands.slice(1).forEach(({ costMs }, index) => {
      expect(costMs).toBeGreaterThan(bands[index]!.costMs);
    });
    expect(bands.map(({ width }) => width).indexOf(null)).toBe(bands.length - 1);
    for (const { width } of bands.slice(0, -1)) expect(width).toBeGreaterThan(0);
  }
});
