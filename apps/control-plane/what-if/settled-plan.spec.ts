import { describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { Plan, ShareReason } from '#core/plan/plan.js';
import { settledPlan } from './settled-plan.js';

function aPlan(reason: ShareReason, share: number): Plan {
  const decision = { origin: originName('near'), share, previousShare: 0.1, reason, rttMs: 5 };
  return {
    decidedAtMs: 7,
    pairs: [
      {
        loadBalancer: loadBalancerName('shop'),
        edge: edgeName('ams-1'),
        demand: 400,
        isProvisional: false,
        shares: [decision],
      },
    ],
    origins: [{ origin: originName('near'), capacity: 200, measuredLoad: 392, expectedLoad: 198, shadowPriceMs: 64.5 }],
    limits: [],
    notices: [],
  };
}

const decisionOf = (plan: Plan) => settledPlan(plan).pairs[0]?.shares[0];

describe('settledPlan', () => {
  it.each<[ShareReason, number, ShareReason]>([
    ['initial', 1, 'held'],
    ['overload', 0.5, 'held'],
    ['damped', 0.5, 'held'],
    ['held', 0.1, 'held'],
    ['ineligible', 0.9, 'held'],
    ['ineligible', 0, 'ineligible'],
    ['manual', 0.7, 'manual'],
    ['stale', 0.1, 'stale'],
    ['frozen', 0.1, 'frozen'],
    ['kept', 0.1, 'kept'],
    ['fail-open', 0.5, 'fail-open'],
    ['unserved', 0, 'unserved'],
  ])('tells a share that is "%s" at %d as "%s", and as nothing that moves', (reason, share, told) => {
    expect(decisionOf(aPlan(reason, share))).toMatchObject({ share, previousShare: share, reason: told });
  });

  it('takes the load that is expected for the one that would be measured', () => {
    expect(settledPlan(aPlan('damped', 0.5)).origins).toMatchObject([
      { measuredLoad: 198, expectedLoad: 198, capacity: 200, shadowPriceMs: 64.5 },
    ]);
  });

  it('leaves alone what it is given', () => {
    const plan = aPlan('damped', 0.5);
    const before = structuredClone(plan);
    settledPlan(plan);
    expect(plan).toEqual(before);
  });
});
