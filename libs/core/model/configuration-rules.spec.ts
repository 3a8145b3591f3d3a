import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anOrigin } from '#testkit/model-builders.js';
import { loadBalancerViolations, originRemovalViolations } from './configuration-rules.js';
import { originName } from './name.js';

const others = aConfiguration({
  loadBalancers: [aLoadBalancer('shop', ['east', 'west'])],
  origins: [anOrigin('east'), anOrigin('west')],
});

describe('loadBalancerViolations', () => {
  it('has nothing against one that fits', () => {
    expect(loadBalancerViolations(aLoadBalancer('blog', ['east'], { addresses: ['203.0.113.11'] }), others)).toEqual(
      [],
    );
  });

  it('has nothing against the next version of one that exists', () => {
    expect(loadBalancerViolations(aLoadBalancer('shop', ['east']), others)).toEqual([]);
  });

  it('has nothing against another port of an address in use', () => {
    const candidate = aLoadBalancer('blog', ['east'], { listeners: [{ protocol: 'TCP', port: 8080 }] });
    expect(loadBalancerViolations(candidate, others)).toEqual([]);
  });

  it('names every origin that does not exist', () => {
    const candidate = aLoadBalancer('blog', ['north', 'east', 'south'], { addresses: ['203.0.113.11'] });
    expect(loadBalancerViolations(candidate, others)).toMatchObject([
      { code: 'unknown-origin', pointer: '/origins/0/origin', detail: expect.stringContaining('"north"') as string },
      { code: 'unknown-origin', pointer: '/origins/2/origin', detail: expect.stringContaining('"south"') as string },
    ]);
  });

  it('names every socket that is taken, and by whom', () => {
    const candidate = aLoadBalancer('blog', ['east'], {
      addresses: ['203.0.113.9', '203.0.113.10'],
      listeners: [
        { protocol: 'TCP', port: 443 },
        { protocol: 'TCP', port: 80 },
      ],
    });
    expect(loadBalancerViolations(candidate, others)).toEqual([
      {
        code: 'address-in-use',
        pointer: '/listeners/1',
        detail: 'TCP 203.0.113.10 port 80 already belongs to load balancer "shop"',
      },
    ]);
  });

  it('tells all breaches at once', () => {
    const codes = loadBalancerViolations(aLoadBalancer('blog', ['north']), others).map(({ code }) => code);
    expect(codes).toEqual(['unknown-origin', 'address-in-use']);
  });
});

describe('originRemovalViolations', () => {
  it('lets an unused origin go', () => {
    expect(originRemovalViolations(originName('north'), others)).toEqual([]);
  });

  it('names everyone who still uses it', () => {
    const loadBalancers = [aLoadBalancer('blog', ['west']), aLoadBalancer('shop', ['east', 'west'])];
    expect(originRemovalViolations(originName('west'), { loadBalancers })).toMatchObject([
      { code: 'origin-in-use', detail: expect.stringContaining('"blog"') as string },
      { code: 'origin-in-use', detail: expect.stringContaining('"shop"') as string },
    ]);
  });
});
