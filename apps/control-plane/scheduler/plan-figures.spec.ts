import { describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName } from '#core/model/name.js';
import type { PairPlan } from '#core/plan/plan.js';
import { aPairPlan, aPlan } from '#testkit/model-builders.js';
import { planFigures } from './plan-figures.js';

const ORIGINS = 20;

/** A pair of 20 origins that all goes to the one with that number. */
function pair(edge: number, demand: number, origin: number, loadBalancer = 'shop'): PairPlan {
  const shares = Object.fromEntries(
    Array.from({ length: ORIGINS }, (_, index) => [`origin-${index}`, index === origin ? 1 : 0]),
  );
  return aPairPlan(shares, { edge: edgeName(`edge-${edge}`), demand, loadBalancer: loadBalancerName(loadBalancer) });
}

describe('planFigures', () => {
  it('tells every share up to 20,000 of them', async () => {
    const plan = aPlan(Array.from({ length: 1_000 }, (_, edge) => pair(edge, 1, 0)));
    const { shares } = await planFigures(plan);
    expect(shares).toHaveLength(20_000);
    expect(shares[0]).toEqual({ loadBalancer: 'shop', edge: 'edge-0', origin: 'origin-0', share: 1 });
  });

  it('tells more of them for all edges together, weighted by demand', async () => {
    const busy = Array.from({ length: 500 }, (_, edge) => pair(edge, 3, 0));
    const quiet = Array.from({ length: 501 }, (_, edge) => pair(500 + edge, 1, 1));
    const idle = [pair(0, 0, 2, 'idle'), pair(1, 0, 3, 'idle')];
    const { shares } = await planFigures(aPlan([...idle, ...busy, ...quiet]));
    expect(shares).toHaveLength(2 * ORIGINS);
    const of = (loadBalancer: string, origin: string) =>
      shares.find((figure) => figure.loadBalancer === loadBalancer && figure.origin === origin);
    expect(of('shop', 'origin-0')).toEqual({ loadBalancer: 'shop', origin: 'origin-0', share: 1_500 / 2_001 });
    expect(of('shop', 'origin-1')?.share).toBeCloseTo(501 / 2_001, 12);
    expect(of('shop', 'origin-2')?.share).toBe(0);
    // Nobody's demand weighs anything: edges count alike.
    expect(of('idle', 'origin-2')?.share).toBe(0.5);
  });
});
