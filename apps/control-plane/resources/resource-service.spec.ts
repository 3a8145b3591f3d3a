import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { Origin } from '#core/model/origin.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { EDGE, LOAD_BALANCER, ORIGIN } from './resource-definition.js';
import { ResourceService } from './resource-service.js';

const eu = { name: 'eu', region: 'europe', endpoints: [{ address: '192.0.2.1' }] };
const shop = {
  name: 'shop',
  addresses: ['203.0.113.10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [{ origin: 'eu' }],
};

describe('ResourceService', () => {
  let store: InMemoryConfigurationStore;
  let onChange: ReturnType<typeof vi.fn<() => void>>;
  let origins: ResourceService<Origin>;
  let edges: ResourceService<Edge>;
  let loadBalancers: ResourceService<LoadBalancer>;

  beforeEach(() => {
    store = new InMemoryConfigurationStore();
    onChange = vi.fn<() => void>();
    origins = new ResourceService(ORIGIN, store, onChange);
    edges = new ResourceService(EDGE, store, onChange);
    loadBalancers = new ResourceService(LOAD_BALANCER, store, onChange);
  });

  /** Expects a refusal that leaves everything as it is and tells nobody of a change. */
  async function expectRefusal(request: () => Promise<unknown>, expected: object): Promise<void> {
    const before = await store.snapshot();
    onChange.mockClear();
    await expect(request()).rejects.toMatchObject(expected);
    expect(await store.snapshot()).toEqual(before);
    expect(onChange).not.toHaveBeenCalled();
  }

  describe('create', () => {
    it('stores the resource with its defaults, and tells of the change once it is stored', async () => {
      let stored: Promise<Configuration> | undefined;
      onChange.mockImplementation(() => {
        stored = store.snapshot();
      });
      const created = await origins.create(eu);
      expect(created).toEqual({
        ...eu,
        endpoints: [{ address: '192.0.2.1', weight: 1 }],
        capacity: {},
        state: 'active',
        labels: {},
      });
      expect(await origins.get('eu')).toEqual(created);
      expect(onChange).toHaveBeenCalledOnce();
      expect((await stored)?.origins).toEqual([created]);
    });

    it('keeps zero as zero', async () => {
      await origins.create({ ...eu, capacity: { rate: 0 }, endpoints: [{ address: '192.0.2.1', weight: 0 }] });
      expect(await origins.get('eu')).toMatchObject({ capacity: { rate: 0 }, endpoints: [{ weight: 0 }] });
      await loadBalancers.create({ ...shop, origins: [{ origin: 'eu', dialPercent: 0, maxRate: 0 }] });
      expect(await loadBalancers.get('shop')).toMatchObject({ origins: [{ dialPercent: 0, maxRate: 0 }] });
    });

    it('refuses a name that is taken', async () => {
      await origins.create(eu);
      await expectRefusal(() => origins.create({ ...eu, region: 'elsewhere' }), {
        code: 'conflict',
        errors: [{ pointer: '/name', code: 'already-exists' }],
      });
    });

    it('refuses what is invalid', async () => {
      await expectRefusal(() => origins.create({ ...eu, capacity: { rate: -1 } }), {
        code: 'invalid-resource',
        errors: [{ pointer: '/capacity/rate' }],
      });
    });

    it('names every origin that does not exist', async () => {
      await origins.create(eu);
      const candidate = { ...shop, origins: [{ origin: 'mars' }, { origin: 'eu' }, { origin: 'venus' }] };
      await expectRefusal(() => loadBalancers.create(candidate), {
        code: 'invalid-resource',
        errors: [
          { pointer: '/origins/0/origin', code: 'unknown-origin' },
          { pointer: '/origins/2/origin', code: 'unknown-origin' },
        ],
      });
    });

    it('refuses an address and port that another load balancer has', async () => {
      await origins.create(eu);
      await loadBalancers.create(shop);
      await expectRefusal(
        () =>
          loadBalancers.create({
            ...shop,
            name: 'blog',
            listeners: [
              { protocol: 'TCP', port: 80 },
              { protocol: 'TCP', port: 443 },
            ],
          }),
        { code: 'conflict', errors: [{ pointer: '/listeners/1', code: 'address-in-use' }] },
      );
      await loadBalancers.create({ ...shop, name: 'blog', listeners: [{ protocol: 'TCP', port: 80 }] });
    });

    it('lets one of two at once win', async () => {
      const outcomes = await Promise.allSettled([origins.create(eu), origins.create(eu)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('tells of no change when nothing could be stored', async () => {
      store.refuse('eu');
      await expectRefusal(() => origins.create(eu), { message: 'refused to write eu' });
    });
  });

  describe('replace', () => {
    it('creates what is not there', async () => {
      const { isNew, resource } = await origins.replace('eu', eu);
      expect(isNew).toBe(true);
      expect(await origins.get('eu')).toEqual(resource);
    });

    it('replaces the whole of what is there: what is left out falls back to its default', async () => {
      await origins.create({ ...eu, capacity: { rate: 5 }, labels: { team: 'web' } });
      const { isNew, resource } = await origins.replace('eu', { ...eu, region: 'north' });
      expect(isNew).toBe(false);
      expect(resource).toMatchObject({ region: 'north', capacity: {}, labels: {} });
      expect(onChange).toHaveBeenCalledTimes(2);
    });

    it('takes the name from the path', async () => {
      const nameless = { region: eu.region, endpoints: eu.endpoints };
      expect((await origins.replace('eu', nameless)).resource.name).toBe('eu');
    });

    it('refuses another name, and one that is no name', async () => {
      await origins.create(eu);
      await expectRefusal(() => origins.replace('eu', { ...eu, name: 'us' }), {
        code: 'invalid-resource',
        errors: [{ pointer: '/name' }],
      });
      await expectRefusal(() => origins.replace('Not_A_Label', { ...eu, name: undefined }), {
        errors: [{ pointer: '/name' }],
      });
    });

    it('lets a load balancer keep its own address', async () => {
      await origins.create(eu);
      await loadBalancers.create(shop);
      expect((await loadBalancers.replace('shop', { ...shop, labels: { a: 'b' } })).isNew).toBe(false);
    });
  });

  describe('patch', () => {
    beforeEach(async () => {
      await origins.create({ ...eu, capacity: { rate: 5 }, labels: { team: 'web', rack: 'r1' } });
    });

    it('changes what it names, removes what it says is null, and leaves the rest', async () => {
      const patched = await origins.patch('eu', { capacity: { rate: null }, labels: { rack: null, row: '7' } });
      expect(patched).toMatchObject({ region: 'europe', capacity: {}, labels: { team: 'web', row: '7' } });
      expect(patched.capacity).not.toHaveProperty('rate');
      expect(patched.labels).not.toHaveProperty('rack');
      expect(await origins.get('eu')).toEqual(patched);
    });

    it('sets zero', async () => {
      expect((await origins.patch('eu', { capacity: { rate: 0 } })).capacity).toEqual({ rate: 0 });
    });

    it.each<[string, unknown, string]>([
      ['makes it invalid', { endpoints: [] }, '/endpoints'],
      ['has an unknown field', { colour: 'red' }, '/colour'],
      ['takes out what is needed', { region: null }, '/region'],
      ['renames it', { name: 'us' }, '/name'],
      ['is no object', ['eu'], ''],
      ['is null', null, ''],
    ])('refuses a patch that %s', async (_name, patch, pointer) => {
      await expectRefusal(() => origins.patch('eu', patch), { code: 'invalid-resource', errors: [{ pointer }] });
    });

    it('refuses to patch what is not there', async () => {
      await expectRefusal(() => origins.patch('ghost', {}), { code: 'not-found' });
    });

    it('checks the outcome against the others, too', async () => {
      await loadBalancers.create(shop);
      await loadBalancers.create({ ...shop, name: 'blog', addresses: ['203.0.113.11'] });
      await expectRefusal(() => loadBalancers.patch('blog', { addresses: ['203.0.113.10'] }), {
        code: 'conflict',
        errors: [{ pointer: '/listeners/0', code: 'address-in-use' }],
      });
      await expectRefusal(() => loadBalancers.patch('blog', { origins: [{ origin: 'mars' }] }), {
        errors: [{ pointer: '/origins/0/origin' }],
      });
    });

    it('applies two patches at once one after the other', async () => {
      await Promise.all([
        origins.patch('eu', { labels: { a: '1' } }),
        origins.patch('eu', { labels: { b: '2' } }),
        origins.patch('eu', { capacity: { rate: 9 } }),
      ]);
      expect(await origins.get('eu')).toMatchObject({ capacity: { rate: 9 }, labels: { a: '1', b: '2', team: 'web' } });
    });
  });

  describe('remove', () => {
    it('removes', async () => {
      await edges.create({ name: 'ams-1', site: 'ams', region: 'eu' });
      await edges.remove('ams-1');
      expect((await store.snapshot()).edges).toEqual([]);
      expect(onChange).toHaveBeenCalledTimes(2);
      await expectRefusal(() => edges.remove('ams-1'), { code: 'not-found' });
    });

    it('refuses an origin in use, naming every user', async () => {
      await origins.create(eu);
      await loadBalancers.create(shop);
      await loadBalancers.create({ ...shop, name: 'blog', addresses: ['203.0.113.11'] });
      const refusal = origins.remove('eu').catch((error: unknown) => error);
      expect(await refusal).toMatchObject({
        code: 'conflict',
        errors: [
          { code: 'origin-in-use', detail: expect.stringContaining('"blog"') as string },
          { code: 'origin-in-use', detail: expect.stringContaining('"shop"') as string },
        ],
      });
      await expectRefusal(() => origins.remove('eu'), { code: 'conflict' });

      await loadBalancers.remove('shop');
      await loadBalancers.remove('blog');
      await origins.remove('eu');
      expect((await store.snapshot()).origins).toEqual([]);
    });
  });

  describe('list', () => {
    beforeEach(async () => {
      for (const name of ['d', 'b', 'e', 'a', 'c']) await origins.create({ ...eu, name });
    });

    /** Every page, by the names on it. */
    async function pages(limit: number): Promise<readonly (readonly string[])[]> {
      const found: string[][] = [];
      let cursor: string | null | undefined;
      // More pages than resources would be pages without end.
      while (cursor !== null && found.length <= 5) {
        const page = await origins.list(limit, cursor);
        found.push(page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      }
      return found;
    }

    it.each([
      [2, [['a', 'b'], ['c', 'd'], ['e']]],
      [5, [['a', 'b', 'c', 'd', 'e']]],
      [100, [['a', 'b', 'c', 'd', 'e']]],
      [1, [['a'], ['b'], ['c'], ['d'], ['e']]],
    ])('gives pages of %d, ordered by name, each once', async (limit, expected) => {
      expect(await pages(limit)).toEqual(expected);
    });

    it('goes on although the resource at the cursor was removed', async () => {
      const { nextCursor } = await origins.list(2, undefined);
      await origins.remove('b');
      expect((await origins.list(2, nextCursor ?? undefined)).items.map(({ name }) => name)).toEqual(['c', 'd']);
    });
  });

  it('tells what is not there', async () => {
    await expect(origins.get('ghost')).rejects.toMatchObject({
      code: 'not-found',
      detail: 'there is no origin "ghost"',
    });
  });
});
