import { describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import type { OriginOutlook, PairPlan, ShareDecision, ShareReason } from '../plan/plan.js';
import { describePair } from './describe-pair.js';

type Told = readonly [origin: string, previousShare: number | null, share: number, reason: ShareReason];

function pair(...shares: readonly Told[]): PairPlan {
  return {
    loadBalancer: loadBalancerName('shop'),
    edge: edgeName('ams-1'),
    demand: 400,
    isProvisional: false,
    shares: shares.map(([origin, previousShare, share, reason]): ShareDecision => ({
      origin: originName(origin),
      previousShare,
      share,
      reason,
    })),
  };
}

function outlook(
  origin: string,
  capacity: number | null,
  measuredLoad: number,
  expectedLoad = measuredLoad,
): OriginOutlook {
  return { origin: originName(origin), capacity, measuredLoad, expectedLoad };
}

const roomy = [outlook('far', null, 0), outlook('near', 500, 100)];
const full = [outlook('far', null, 8), outlook('near', 200, 392)];

describe('describePair', () => {
  it.each<{ case: string; pair: PairPlan; origins: readonly OriginOutlook[]; sentence: string }>([
    {
      case: 'a first placement',
      pair: pair(['far', null, 0, 'initial'], ['near', null, 1, 'initial']),
      origins: roomy,
      sentence: 'first placement: near 100.0 %',
    },
    {
      case: 'a spill',
      pair: pair(['far', 0, 0.02, 'damped'], ['near', 1, 0.98, 'damped']),
      origins: full,
      sentence: '2.0 points from near to far: near is full (392 of 200/s)',
    },
    {
      case: 'a return',
      pair: pair(['far', 0.5, 0.48, 'damped'], ['near', 0.5, 0.52, 'damped']),
      origins: roomy,
      sentence: '2.0 points from far to near: near has room and costs less',
    },
    {
      case: 'rest at the brim',
      pair: pair(['far', 0.5, 0.5, 'held'], ['near', 0.5, 0.5, 'held']),
      origins: [outlook('far', null, 200), outlook('near', 200, 199.4)],
      sentence: 'held at far 50.0 %, near 50.0 %: near is full (199 of 200/s)',
    },
    {
      case: 'a move too small to tell as rest',
      pair: pair(['far', 0.5, 0.5004, 'damped'], ['near', 0.5, 0.4996, 'damped']),
      origins: [outlook('far', null, 200), outlook('near', 200, 200)],
      sentence: 'held at far 50.0 %, near 50.0 %: near is full (200 of 200/s)',
    },
    {
      case: 'rest',
      pair: pair(['far', 0, 0, 'held'], ['near', 1, 1, 'held']),
      origins: roomy,
      sentence: 'held at near 100.0 %: no better place for any share',
    },
    {
      case: 'a dead origin',
      pair: pair(['far', 0.5, 1, 'ineligible'], ['near', 0.5, 0, 'ineligible']),
      origins: roomy,
      sentence: '50.0 points from near to far: near may not serve from here',
    },
    {
      case: 'an origin taken out of the load balancer',
      pair: pair(['far', 0.5, 1, 'ineligible']),
      origins: roomy,
      sentence: '50.0 points from an origin taken out to far: an origin taken out may not serve from here',
    },
    {
      case: 'silence',
      pair: pair(['far', 0.5, 0.5, 'stale'], ['near', 0.5, 0.5, 'stale']),
      origins: roomy,
      sentence: 'held at far 50.0 %, near 50.0 %: nothing recent is known',
    },
    {
      case: 'failing open',
      pair: pair(['far', 0, 0.5, 'fail-open'], ['near', 1, 0.5, 'fail-open']),
      origins: roomy,
      sentence: 'no origin is healthy from here; spread by capacity: far 50.0 %, near 50.0 %',
    },
    {
      case: 'nothing in use',
      pair: pair(['far', 0, 0, 'unserved'], ['near', 1, 0, 'unserved']),
      origins: roomy,
      sentence: 'no origin is in use; new connections are not served',
    },
  ])('tells $case', ({ pair: told, origins, sentence }) => {
    expect(describePair(told, origins)).toBe(sentence);
  });
});
