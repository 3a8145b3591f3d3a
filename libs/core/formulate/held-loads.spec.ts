import { describe, expect, it } from 'vitest';
import { aPairPlan, aPolicy } from '#testkit/model-builders.js';
import { aPairEstimate } from '#testkit/observation-builders.js';
import { edgeName, loadBalancerName, originName } from '../model/name.js';
import { HeldLoads } from './held-loads.js';
import { standingOf } from './standing.js';

const shop = loadBalancerName('shop');
const blog = loadBalancerName('blog');
const near = originName('near');
const nothing = { load: 0, noise: 0, staleLoad: 0 };

function heldLoads(): HeldLoads {
  const loads = new HeldLoads();
  const add = (pair: ReturnType<typeof aPairEstimate>, shares: Readonly<Record<string, number>> | null): void => {
    loads.add(pair, standingOf(pair, shares === null ? undefined : aPairPlan(shares), aPolicy(), false));
  };
  const both = { near: {}, far: {} };
  add(aPairEstimate(both, { demand: 100, demandNoise: 6 }), { near: 0.5, far: 0.5 });
  add(aPairEstimate(both, { demand: 40, demandNoise: 4, edge: edgeName('b'), isStale: true }), { near: 1, far: 0 });
  add(aPairEstimate(both, { demand: 10, loadBalancer: blog }), { near: 0.25, far: 0.75 });
  // Without a plan, and with one whose origin may not serve.
  add(aPairEstimate(both, { demand: 1_000, edge: edgeName('c') }), null);
  add(aPairEstimate({ near: { eligibility: 'unhealthy' }, far: {} }, { demand: 1_000, edge: edgeName('d') }), {
    near: 1,
  });
  return loads;
}

describe('what goes where if no share moves', () => {
  it('is the sum over edges, with the part of those that are silent; noises add up as squares', () => {
    expect(heldLoads().ofRoute(shop, near)).toEqual({ load: 90, noise: 5, staleLoad: 40 });
  });

  it('at an origin is the sum over load balancers, too', () => {
    expect(heldLoads().ofOrigin(near)).toEqual({ load: 92.5, noise: 5, staleLoad: 40 });
  });

  it('is nothing where nobody sends anything', () => {
    expect(heldLoads().ofRoute(blog, originName('gone'))).toEqual(nothing);
    expect(heldLoads().ofOrigin(originName('gone'))).toEqual(nothing);
    expect(new HeldLoads().ofRoute(shop, near)).toEqual(nothing);
  });
});
