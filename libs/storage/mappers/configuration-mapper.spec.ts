import { describe, expect, it } from 'vitest';
import { aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import type { ResourceRow } from '../entities/resource-entity.js';
import { toConfiguration, toResourceRow } from './configuration-mapper.js';

describe('configuration mapper', () => {
  it('finds its way back from rows, and orders each kind by name', () => {
    const origins = [anOrigin('b', { capacity: { rate: 0 } }), anOrigin('a-1'), anOrigin('a1')];
    const rows = [
      ...origins.map((resource) => toResourceRow({ action: 'put', kind: 'origin', resource })),
      toResourceRow({ action: 'put', kind: 'edge', resource: anEdge('a') }),
      toResourceRow({ action: 'put', kind: 'load-balancer', resource: aLoadBalancer('a', ['b']) }),
    ];
    expect(toConfiguration(rows)).toEqual({
      loadBalancers: [aLoadBalancer('a', ['b'])],
      origins: [origins[1], origins[2], origins[0]],
      edges: [anEdge('a')],
    });
  });

  it('reads a load balancer that was written before there was an affinity', () => {
    const { affinity, ...older } = aLoadBalancer('a', ['b']);
    const row: ResourceRow = { kind: 'load-balancer', name: 'a', document: JSON.stringify(older) };
    expect(affinity).toEqual({ type: 'none' });
    expect(toConfiguration([row]).loadBalancers).toEqual([aLoadBalancer('a', ['b'])]);
  });

  it('keeps the affinity that operators chose', () => {
    const sticky = aLoadBalancer('a', ['b'], { affinity: { type: 'source-ip', timeoutSeconds: 60 } });
    const row = toResourceRow({ action: 'put', kind: 'load-balancer', resource: sticky });
    expect(toConfiguration([row]).loadBalancers).toEqual([sticky]);
  });

  it('names the resource it cannot read', () => {
    const row: ResourceRow = { kind: 'edge', name: 'ams', document: '{' };
    expect(() => toConfiguration([row])).toThrow('table "resources", key "edge/ams"');
  });
});
