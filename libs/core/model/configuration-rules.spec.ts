import { describe, expect, it } from 'vitest';
import { aConfiguration, aLoadBalancer, anOrigin, aPolicy } from '#testkit/model-builders.js';
import { loadBalancerViolations, originRemovalViolations, originViolations } from './configuration-rules.js';
import type { Policy } from './load-balancer.js';
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

describe('shares set by hand', () => {
  const violations = (policy: Partial<Policy>) =>
    loadBalancerViolations(aLoadBalancer('shop', ['east', 'west'], { policy: aPolicy(policy) }), others).map(
      ({ code, pointer }) => [code, pointer],
    );

  it.each<[string, Readonly<Record<string, number>>]>([
    ['the whole in parts', { east: 70, west: 30 }],
    ['one origin alone', { west: 100 }],
    ['zero for one', { east: 0, west: 100 }],
    ['a hundredth too little', { east: 66.66, west: 33.33 }],
    ['a hundredth too much', { east: 66.67, west: 33.34 }],
  ])('may be %s, in either mode', (_, manualShares) => {
    expect(violations({ mode: 'manual', manualShares })).toEqual([]);
    expect(violations({ mode: 'automatic', manualShares })).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, number>> | undefined, readonly (readonly [string, string])[]]>([
    ['nothing', undefined, [['manual-shares', '/policy/manualShares']]],
    ['no origin', {}, [['manual-shares', '/policy/manualShares']]],
    ['too little', { east: 66.66, west: 33.32 }, [['manual-shares', '/policy/manualShares']]],
    ['too much', { east: 66.68, west: 33.34 }, [['manual-shares', '/policy/manualShares']]],
    [
      'origins the load balancer does not use, each named',
      { north: 0, east: 100, south: 0 },
      [
        ['origin-not-used', '/policy/manualShares/north'],
        ['origin-not-used', '/policy/manualShares/south'],
      ],
    ],
    [
      'all of it at once',
      { north: 50 },
      [
        ['origin-not-used', '/policy/manualShares/north'],
        ['manual-shares', '/policy/manualShares'],
      ],
    ],
  ])('may not be %s', (_, manualShares, expected) => {
    expect(violations({ mode: 'manual', manualShares })).toEqual(expected);
    expect(violations({ mode: 'automatic', manualShares })).toEqual(manualShares === undefined ? [] : expected);
  });
});

describe('originViolations', () => {
  const utilization = { query: 'avg(busy)' };

  it('has nothing against a capacity that is declared, or learnt, or neither', () => {
    for (const origin of [
      { capacity: { rate: 0 } },
      { utilization },
      { capacity: { connections: 9 }, utilization },
      {},
    ]) {
      expect(originViolations(anOrigin('east', origin))).toEqual([]);
    }
  });

  it('refuses a rate that is declared and learnt, zero too', () => {
    expect(originViolations(anOrigin('east', { capacity: { rate: 0 }, utilization }))).toMatchObject([
      { code: 'capacity-declared', pointer: '/utilization' },
    ]);
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
