import { beforeEach, describe, expect, it } from 'vitest';
import { type EdgeConfiguration, edgeConfigurationSchema } from '#contracts/edge-configuration.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import { edgeName, loadBalancerName, originName } from '#core/model/name.js';
import type { EdgeDocument } from '#core/ports/scheduler-store.js';
import type { PairWeights } from '#core/quantise/quantise-plan.js';
import { aConfiguration, aLoadBalancer, anEdge, anOrigin } from '#testkit/model-builders.js';
import { edgeDocuments, type FindDocument, numberedText } from './edge-documents.js';

const POINT = { term: 7, generation: 3 };

function pairWeights(loadBalancer: string, edge: string, weight: number, port?: number): PairWeights {
  return {
    loadBalancer: loadBalancerName(loadBalancer),
    edge: edgeName(edge),
    endpoints: [
      { origin: originName('eu'), address: '192.0.2.1', weight, ...(port === undefined ? {} : { port }) },
      { origin: originName('us'), address: '192.0.2.2', weight: 0 },
    ],
  };
}

function world(...loadBalancers: readonly LoadBalancer[]) {
  return aConfiguration({
    origins: [anOrigin('eu'), anOrigin('us')],
    edges: [anEdge('ams-1'), anEdge('fra-1', { state: 'draining' })],
    loadBalancers,
  });
}

const HTTPS_CHECK = {
  protocol: 'HTTPS',
  path: '/healthz',
  expectedStatus: '200',
  latencyFrom: 'connect',
  verifyCertificate: false,
  port: 8443,
  intervalMs: 2000,
  timeoutMs: 1000,
  unhealthyThreshold: 3,
  healthyThreshold: 2,
} as const;

/** What was published last, as `edgeDocuments` asks for it. */
function lastOf(documents: readonly EdgeDocument[]): FindDocument {
  return (name) => Promise.resolve(documents.find(({ edge }) => edge === name)?.document);
}

const neverPublished = lastOf([]);

/** What each edge's agent gets. */
function read(documents: readonly EdgeDocument[]): readonly EdgeConfiguration[] {
  return documents.map(({ document }) => edgeConfigurationSchema.parse(JSON.parse(numberedText(document, POINT))));
}

describe('edgeDocuments', () => {
  const shop = aLoadBalancer('shop', ['eu', 'us']);
  const blog = aLoadBalancer('blog', ['eu', 'us'], {
    listeners: [{ protocol: 'TCP', port: 8080 }],
    healthCheck: {
      protocol: 'HTTP',
      path: '/healthz',
      expectedStatus: '200-299',
      latencyFrom: 'response',
      port: 9000,
      intervalMs: 2000,
      timeoutMs: 1000,
      unhealthyThreshold: 3,
      healthyThreshold: 2,
    },
  });

  it('tells each edge its state, its load balancers and their weights, as the contract has it', async () => {
    const documents = await edgeDocuments(
      world(blog, shop),
      [
        pairWeights('blog', 'ams-1', 10, 8443),
        pairWeights('shop', 'ams-1', 20),
        pairWeights('blog', 'fra-1', 30),
        pairWeights('shop', 'fra-1', 40),
      ],
      neverPublished,
    );
    const [ams, fra] = read(documents);
    expect(documents.map(({ edge }) => edge)).toEqual(['ams-1', 'fra-1']);
    expect(ams).toEqual({
      version: 1,
      edge: 'ams-1',
      ...POINT,
      state: 'active',
      loadBalancers: [
        {
          name: 'blog',
          addresses: blog.addresses,
          listeners: blog.listeners,
          distribution: blog.distribution,
          forwarding: blog.forwarding,
          endpoints: [
            { origin: 'eu', address: '192.0.2.1', port: 8443, weight: 10 },
            { origin: 'us', address: '192.0.2.2', weight: 0 },
          ],
          healthCheck: blog.healthCheck,
        },
        expect.objectContaining({ name: 'shop' }),
      ],
    });
    expect(fra?.state).toBe('draining');
    expect(fra?.loadBalancers.map(({ endpoints }) => endpoints[0]?.weight)).toEqual([30, 40]);
  });

  it('gives equal text for equal configuration, whatever happens elsewhere', async () => {
    const weights = [pairWeights('shop', 'ams-1', 20)];
    const [before] = await edgeDocuments(world(shop), weights, neverPublished);
    const [after] = await edgeDocuments(world(shop), [...weights, pairWeights('shop', 'fra-1', 9)], lastOf([before!]));
    expect(after).toEqual(before);
  });

  describe('a load balancer without weights', () => {
    let published: readonly EdgeDocument[];

    beforeEach(async () => {
      published = await edgeDocuments(world(blog, shop), [pairWeights('shop', 'ams-1', 20)], neverPublished);
    });

    it('is left out while it was never published', () => {
      const [ams, fra] = read(published);
      expect(ams?.loadBalancers.map(({ name }) => name)).toEqual(['shop']);
      expect(fra?.loadBalancers).toEqual([]);
    });

    it('stays as it was last published, whatever operators made of it since', async () => {
      const moved = aLoadBalancer('shop', ['eu', 'us'], { addresses: ['203.0.113.99'] });
      const [ams] = read(await edgeDocuments(world(blog, moved), [pairWeights('blog', 'ams-1', 5)], lastOf(published)));
      expect(ams?.loadBalancers.map(({ name, addresses }) => [name, addresses])).toEqual([
        ['blog', blog.addresses],
        ['shop', ['203.0.113.10']],
      ]);
    });

    it('keeps the very text when nothing at all was decided', async () => {
      expect(await edgeDocuments(world(blog, shop), [], lastOf(published))).toEqual(published);
    });

    it('goes when operators remove it', async () => {
      const [ams] = read(await edgeDocuments(world(blog), [], lastOf(published)));
      expect(ams?.loadBalancers).toEqual([]);
    });
  });

  it('reads what was published only where a load balancer has no weights', async () => {
    const asked: string[] = [];
    const weights = [
      pairWeights('shop', 'ams-1', 20),
      pairWeights('blog', 'ams-1', 20),
      pairWeights('shop', 'fra-1', 9),
    ];
    await edgeDocuments(world(blog, shop), weights, (edge) => {
      asked.push(edge);
      return Promise.resolve(undefined);
    });
    expect(asked).toEqual(['fra-1']);
  });

  it('names no edge that is not declared any more', async () => {
    const published = await edgeDocuments(world(shop), [pairWeights('shop', 'ams-1', 20)], neverPublished);
    const smaller = { ...world(shop), edges: [anEdge('fra-1')] };
    const documents = await edgeDocuments(smaller, [], lastOf(published));
    expect(documents.map(({ edge }) => edge)).toEqual(['fra-1']);
  });

  it('takes over a new state of an edge although nothing was decided', async () => {
    const published = await edgeDocuments(world(shop), [pairWeights('shop', 'ams-1', 20)], neverPublished);
    const drained = { ...world(shop), edges: [anEdge('ams-1', { state: 'disabled' })] };
    const [ams] = read(await edgeDocuments(drained, [], lastOf(published)));
    expect(ams).toMatchObject({ state: 'disabled', loadBalancers: [{ name: 'shop' }] });
  });

  it('tells what a load balancer uses of the newer fields', async () => {
    const media = aLoadBalancer('media', ['eu'], {
      listeners: [{ protocol: 'UDP', port: 5_000, endPort: 5_999 }],
      forwarding: { method: 'tunnel', sourceNat: false },
      affinity: { type: 'source-ip', timeoutSeconds: 600 },
      healthCheck: { ...HTTPS_CHECK, host: 'media.example' },
    });
    const [ams] = read(await edgeDocuments(world(media), [pairWeights('media', 'ams-1', 20)], neverPublished));
    expect(ams?.loadBalancers[0]).toMatchObject({
      listeners: [{ protocol: 'UDP', port: 5_000, endPort: 5_999 }],
      forwarding: { method: 'tunnel', sourceNat: false },
      affinitySeconds: 600,
      healthCheck: { protocol: 'HTTPS', host: 'media.example', verifyCertificate: false },
    });
  });

  it('leaves out what is not used, which agents of before do not know', async () => {
    const { verifyCertificate, ...request } = HTTPS_CHECK;
    expect(verifyCertificate).toBe(false);
    const plain = aLoadBalancer('shop', ['eu', 'us'], { healthCheck: { ...request, protocol: 'HTTP' } });
    const [ams] = await edgeDocuments(world(plain), [pairWeights('shop', 'ams-1', 20)], neverPublished, []);
    for (const field of ['endPort', 'affinity', 'affinitySeconds', 'draining', 'host', 'deletedLoadBalancers']) {
      expect(ams?.document).not.toContain(`"${field}"`);
    }
  });

  it('names to every edge the load balancers that operators deleted, and none that is there', async () => {
    const deletions = ['blog', 'shop'].map((name) => ({ name: loadBalancerName(name), deletedAtMs: 0 }));
    const documents = await edgeDocuments(world(shop), [pairWeights('shop', 'ams-1', 20)], neverPublished, deletions);
    expect(read(documents).map(({ deletedLoadBalancers }) => deletedLoadBalancers)).toEqual([['blog'], ['blog']]);
  });
});
