import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkSimplexSolver } from '#solver/network-simplex/network-simplex-solver.js';
import {
  aConfiguration,
  aLoadBalancer,
  anEdge,
  anOrigin,
  aPairPlan,
  aPlan,
  aPolicy,
  aReference,
} from '#testkit/model-builders.js';
import { anEstimate, anOriginEstimate, aPairEstimate } from '#testkit/observation-builders.js';
import type { Eligibility } from '../estimate/estimate.js';
import { formulate } from '../formulate/formulate.js';
import { edgeName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { guardPlan } from './guard-plan.js';
import { soundPlan } from './sound-plan.js';

const MOST_ORIGINS = 4;
const solver = new NetworkSimplexSolver();

const rate = fc.constantFrom(null, 0, 40, 100, 1_000);
const origin = fc.record({ rate, measuredLoad: rate, maxRate: fc.constantFrom(null, null, 30) });
const arc = fc.record({
  eligibility: fc.constantFrom<Eligibility>('eligible', 'eligible', 'eligible', 'eligible', 'unhealthy', 'draining'),
  rttMs: fc.integer({ min: 1, max: 300 }),
  rttSource: fc.constantFrom('measured' as const, 'measured' as const, 'distance' as const),
  part: fc.integer({ min: 0, max: 20 }),
});
const pair = fc.record({
  demand: fc.constantFrom(0, 10, 100, 2_000),
  arcs: fc.array(arc, { minLength: MOST_ORIGINS, maxLength: MOST_ORIGINS }),
  hasPlan: fc.constantFrom(true, true, true, false),
  isProvisional: fc.boolean(),
  isStale: fc.constantFrom(false, false, false, true),
});
const world = fc.record({
  origins: fc.array(origin, { minLength: 1, maxLength: MOST_ORIGINS }),
  pairs: fc.array(pair, { minLength: 1, maxLength: 5 }),
  isUrgent: fc.boolean(),
  policy: fc.record({
    mode: fc.constantFrom('automatic' as const, 'automatic' as const, 'automatic' as const, 'manual' as const),
    frozen: fc.constantFrom(false, false, false, true),
    maxShiftPercent: fc.constantFrom(0.5, 2, 25),
    overloadMaxShiftPercent: fc.constantFrom(1, 25, 100),
    maxLatencyMs: fc.constantFrom(undefined, 100),
    latencyMode: fc.constantFrom('soft' as const, 'strict' as const),
  }),
  partsByHand: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: MOST_ORIGINS, maxLength: MOST_ORIGINS }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Parts of 1, told to a millionth; all of it the first's where there are none. */
function fractions(parts: readonly number[]): readonly number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const [, ...others] = parts.map((part) => (whole === 0 ? 0 : Math.round((1e6 * part) / whole) / 1e6));
  return [1 - others.reduce((sum, part) => sum + part, 0), ...others];
}

function decided({ origins, pairs, isUrgent, policy, partsByHand }: World) {
  const names = origins.map((_origin, index) => `origin-${index}`);
  const byName = <T>(values: readonly T[]) => Object.fromEntries(names.map((name, index) => [name, values[index]!]));
  const sharesOf = (parts: readonly number[]) => byName(fractions(parts.slice(0, names.length)));
  const edges = pairs.map((_pair, index) => edgeName(`edge-${index}`));
  const percents = Object.entries(sharesOf(partsByHand)).map(([name, share]) => [name, 100 * share]);
  const manualShares = Object.fromEntries(percents) as Record<string, number>;
  const references = origins.map(({ maxRate }, index) =>
    aReference(names[index]!, maxRate === null ? {} : { maxRate }),
  );
  const configuration = aConfiguration({
    loadBalancers: [aLoadBalancer('shop', references, { policy: aPolicy({ ...policy, manualShares }) })],
    origins: names.map((name) => anOrigin(name)),
    edges: edges.map((edge) => anEdge(edge)),
  });
  const estimate = anEstimate(
    pairs.map(({ arcs, demand, isStale }, index) =>
      aPairEstimate(byName(arcs.map(({ eligibility, rttMs, rttSource }) => ({ eligibility, rttMs, rttSource }))), {
        edge: edges[index]!,
        demand,
        isStale,
      }),
    ),
    origins.map(({ rate: known, measuredLoad }, index) =>
      anOriginEstimate(names[index]!, { rate: known, wholeRate: known, measuredLoad }),
    ),
  );
  const plans = pairs.flatMap(({ arcs, hasPlan, isProvisional }, index) =>
    hasPlan ? [aPairPlan(sharesOf(arcs.map(({ part }) => part)), { edge: edges[index]!, isProvisional })] : [],
  );
  const previous = aPlan(plans);
  const formulation = formulate(configuration, estimate, previous, settings, isUrgent);
  const basis = { configuration, previous: { plan: previous }, settings };
  const { outcome, plan } = soundPlan(basis, estimate, formulation, solver.solve(formulation.problem));
  return { configuration, estimate, previous, outcome, plan: plan! };
}

describe('any plan that is decided', () => {
  it('is sound at once, though the guard shares no code with those who made it', () => {
    fc.assert(
      fc.property(world, (given) => {
        expect(decided(given).outcome).toEqual({ kind: 'planned' });
      }),
      { numRuns: 1_000, seed: 20_260_101 },
    );
  });

  it('is not, once any pair that is served serves a thousandth more or less', () => {
    fc.assert(
      fc.property(world, fc.nat(), fc.constantFrom(0.999, 1.001), (given, at, factor) => {
        const { configuration, estimate, previous, plan } = decided(given);
        const index = at % plan.pairs.length;
        fc.pre(plan.pairs[index]!.shares.some(({ share }) => share > 0));
        const pairs = plan.pairs.map((each, nth) =>
          nth !== index
            ? each
            : { ...each, shares: each.shares.map((told) => ({ ...told, share: told.share * factor })) },
        );
        const breaches = guardPlan({ ...plan, pairs }, configuration, estimate, previous);
        expect(breaches.map(({ pair: breached }) => breached)).toContain(index);
        expect(new Set(breaches.map(({ pair: breached }) => breached)).size).toBe(1);
      }),
      { numRuns: 300, seed: 20_260_102 },
    );
  });
});
