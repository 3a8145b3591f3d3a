import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
import { type Formulation, formulate } from '../formulate/formulate.js';
import type { Policy } from '../model/load-balancer.js';
import { edgeName } from '../model/name.js';
import { DEFAULT_SCHEDULER_SETTINGS as settings } from '../settings.js';
import { withoutSmallMoves } from './deadband.js';

const DEADBAND = 0.005;

/** One edge; the origin `near` has `held` of it, an origin no longer used has `gone`, `far` the rest. */
interface Place {
  readonly held?: number | null;
  readonly gone?: number;
  readonly demand?: number;
  readonly near?: Eligibility;
  readonly isStale?: boolean;
}

interface World {
  readonly places?: readonly Place[];
  readonly nearRate?: number | null;
  readonly nearMaxRate?: number;
  readonly policy?: Partial<Policy>;
}

function formulation({ places = [{}], nearRate = null, nearMaxRate, policy = {} }: World): Formulation {
  const edges = places.map((_place, index) => edgeName(`edge-${index}`));
  const pairs = places.map(({ demand = 100, near = 'eligible', isStale = false }, index) =>
    aPairEstimate({ near: { eligibility: near }, far: {} }, { edge: edges[index]!, demand, isStale }),
  );
  const plans = places.flatMap(({ held = 0.5, gone = 0 }, index) =>
    held === null ? [] : [aPairPlan({ near: held, far: 1 - held - gone, gone }, { edge: edges[index]! })],
  );
  const near = aReference('near', nearMaxRate === undefined ? {} : { maxRate: nearMaxRate });
  const configuration = aConfiguration({
    loadBalancers: [aLoadBalancer('shop', [near, 'far'], { policy: aPolicy(policy) })],
    origins: [anOrigin('far'), anOrigin('near')],
    edges: edges.map((edge) => anEdge(edge)),
  });
  const origins = [anOriginEstimate('far'), anOriginEstimate('near', { rate: nearRate })];
  return formulate(configuration, anEstimate(pairs, origins), aPlan(plans), settings, false);
}

/** Shares of far and near, which is the order of the arcs. */
const both = (near: number): readonly number[] => [1 - near, near];

/** The part of `near` in each pair after small moves were taken back. */
function near(world: World, decided: readonly number[]): readonly number[] {
  return withoutSmallMoves(formulation(world), decided.map(both), DEADBAND).map((shares) => shares[1]!);
}

describe('a small move', () => {
  it.each<World & { readonly case: string; readonly decided: number; readonly becomes: number }>([
    { case: 'away is taken back', decided: 0.496, becomes: 0.5 },
    { case: 'to is taken back', decided: 0.504, becomes: 0.5 },
    { case: 'of half a point is made', decided: 0.494, becomes: 0.494 },
    {
      case: 'of a whole step, where steps are small, is made',
      policy: { maxShiftPercent: 0.3 },
      decided: 0.497,
      becomes: 0.497,
    },
    {
      case: 'of half a step, where steps are small, is taken back',
      policy: { maxShiftPercent: 0.3 },
      decided: 0.4985,
      becomes: 0.5,
    },
    { case: 'that is none stays none', decided: 0.5, becomes: 0.5 },
    { case: 'that empties a share is made', places: [{ held: 0.003 }], decided: 0, becomes: 0 },
    { case: 'that nearly empties one is taken back', places: [{ held: 0.003 }], decided: 0.001, becomes: 0.003 },
    { case: 'away from a full origin is made', places: [{ held: 0.52 }], nearRate: 50, decided: 0.516, becomes: 0.516 },
    { case: 'away from an origin with room is taken back', nearRate: 60, decided: 0.496, becomes: 0.5 },
    { case: 'away from an origin that is as good as full is taken back', nearRate: 50, decided: 0.496, becomes: 0.5 },
    {
      case: 'away from a route above its limit is made',
      places: [{ held: 0.52 }],
      nearMaxRate: 50,
      decided: 0.516,
      becomes: 0.516,
    },
    { case: 'away from a route with room is taken back', nearMaxRate: 60, decided: 0.496, becomes: 0.5 },
    {
      case: 'to an origin that is full is taken back',
      places: [{ held: 0.52 }],
      nearRate: 50,
      decided: 0.524,
      becomes: 0.52,
    },
    { case: 'of a first plan is made', places: [{ held: null }], decided: 0.003, becomes: 0.003 },
    { case: 'of a stale pair is none of its business', places: [{ isStale: true }], decided: 0.496, becomes: 0.496 },
    { case: 'of a frozen pair is none of its business', policy: { frozen: true }, decided: 0.496, becomes: 0.496 },
    {
      case: 'of a pair that had to leave an origin is made',
      places: [{ held: 0.003, near: 'unhealthy' }],
      decided: 0,
      becomes: 0,
    },
  ])('$case', ({ decided, becomes, ...world }) => {
    expect(near(world, [decided])[0]).toBeCloseTo(becomes, 9);
  });

  it('that takes over what an origin had that is no longer used is made', () => {
    const given = formulation({ places: [{ gone: 0.002 }] });
    expect(withoutSmallMoves(given, [[0.5, 0.5]], DEADBAND)).toEqual([[0.5, 0.5]]);
  });

  it('is taken back as long as there is room: pair by pair, in their order', () => {
    // 100 connections per second are full; the third edge moves 0.3 there, and the others 0.4 each away from there.
    const world: World = { nearRate: 100, places: [{}, {}, { demand: 60, held: 0 }] };
    const decided = [0.496, 0.496, 0.005];
    expect(near(world, decided)).toEqual([0.5, 0.496, 0.005]);
  });
});

describe('taking back', () => {
  const place = fc.record({
    demand: fc.constantFrom(0, 1, 100, 5_000),
    held: fc.integer({ min: 0, max: 1_000 }).map((part) => part / 1_000),
    move: fc.integer({ min: -12, max: 12 }).map((part) => part / 1_000),
  });
  const limit = fc.constantFrom(null, 0, 60, 500, 5_000);

  it('puts no origin and no route above what it takes that was not above it, and changes nothing by halves', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 8 }), limit, limit, (places, nearRate, nearMaxRate) => {
        const world = { places, nearRate, ...(nearMaxRate !== null && { nearMaxRate }) };
        const decided = places.map(({ held, move }) => Math.min(1, Math.max(0, held + move)));
        const { origins, limits } = formulation(world);
        const after = near(world, decided);
        after.forEach((share, index) => {
          const { held } = places[index]!;
          expect(Math.min(Math.abs(share - decided[index]!), Math.abs(share - held))).toBeLessThan(1e-12);
          if (Math.abs(decided[index]! - held) >= DEADBAND + 1e-12) expect(share).toBe(decided[index]);
        });
        const load = (shares: readonly number[]) =>
          shares.reduce((sum, share, index) => sum + share * places[index]!.demand, 0);
        for (const full of [origins[1]?.full, limits[0]?.full]) {
          if (full != null) expect(load(after)).toBeLessThanOrEqual(Math.max(full, load(decided)) * (1 + 1e-8));
        }
      }),
      { numRuns: 2_000, seed: 20_260_101 },
    );
  });
});
