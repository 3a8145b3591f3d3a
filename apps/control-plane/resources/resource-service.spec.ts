import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Configuration } from '#core/model/configuration.js';
import type { Edge } from '#core/model/edge.js';
import type { LoadBalancer } from '#core/model/load-balancer.js';
import type { Origin } from '#core/model/origin.js';
import { InMemoryConfigurationStore } from '#testkit/in-memory-configuration-store.js';
import { cursorSchema } from '../http/cursor.js';
import { entityTag } from '../http/entity-tag.js';
import type { WriteRequest } from '../http/write-request.js';
import { labelsQuerySchema } from './label-filter.js';
import { EDGE, LOAD_BALANCER, ORIGIN } from './resource-definition.js';
import { ResourceService } from './resource-service.js';

const eu = { name: 'eu', region: 'europe', endpoints: [{ address: '192.0.2.1' }] };
const shop = {
  name: 'shop',
  addresses: ['203.0.113.10'],
  listeners: [{ protocol: 'TCP', port: 443 }],
  origins: [{ origin: 'eu' }],
};

/** Made whatever is there. */
const WRITE: WriteRequest = { isDryRun: false, precondition: {}, actor: 'ann', requestId: 'r-1', atMs: 1_000 };

/** What a list is asked with to go on; a client would send the cursor itself. */
function keyIn(cursor: string | null | undefined): string | undefined {
  return cursor == null ? undefined : cursorSchema.parse(cursor);
}

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
      const created = await origins.create(eu, WRITE);
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
      await origins.create({ ...eu, capacity: { rate: 0 }, endpoints: [{ address: '192.0.2.1', weight: 0 }] }, WRITE);
      expect(await origins.get('eu')).toMatchObject({ capacity: { rate: 0 }, endpoints: [{ weight: 0 }] });
      await loadBalancers.create({ ...shop, origins: [{ origin: 'eu', dialPercent: 0, maxRate: 0 }] }, WRITE);
      expect(await loadBalancers.get('shop')).toMatchObject({ origins: [{ dialPercent: 0, maxRate: 0 }] });
    });

    it('refuses a name that is taken', async () => {
      await origins.create(eu, WRITE);
      await expectRefusal(() => origins.create({ ...eu, region: 'elsewhere' }, WRITE), {
        code: 'conflict',
        errors: [{ pointer: '/name', code: 'already-exists' }],
      });
    });

    it('refuses what is invalid', async () => {
      await expectRefusal(() => origins.create({ ...eu, capacity: { rate: -1 } }, WRITE), {
        code: 'invalid-resource',
        errors: [{ pointer: '/capacity/rate' }],
      });
    });

    it('names every origin that does not exist', async () => {
      await origins.create(eu, WRITE);
      const candidate = { ...shop, origins: [{ origin: 'mars' }, { origin: 'eu' }, { origin: 'venus' }] };
      await expectRefusal(() => loadBalancers.create(candidate, WRITE), {
        code: 'invalid-resource',
        errors: [
          { pointer: '/origins/0/origin', code: 'unknown-origin' },
          { pointer: '/origins/2/origin', code: 'unknown-origin' },
        ],
      });
    });

    it('refuses an address and port that another load balancer has', async () => {
      await origins.create(eu, WRITE);
      await loadBalancers.create(shop, WRITE);
      await expectRefusal(
        () =>
          loadBalancers.create(
            {
              ...shop,
              name: 'blog',
              listeners: [
                { protocol: 'TCP', port: 80 },
                { protocol: 'TCP', port: 443 },
              ],
            },
            WRITE,
          ),
        { code: 'conflict', errors: [{ pointer: '/listeners/1', code: 'address-in-use' }] },
      );
      await loadBalancers.create({ ...shop, name: 'blog', listeners: [{ protocol: 'TCP', port: 80 }] }, WRITE);
    });

    it('lets one of two at once win', async () => {
      const outcomes = await Promise.allSettled([origins.create(eu, WRITE), origins.create(eu, WRITE)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('tells of no change when nothing could be stored', async () => {
      store.refuse('eu');
      await expectRefusal(() => origins.create(eu, WRITE), { message: 'refused to write eu' });
    });
  });

  describe('replace', () => {
    it('creates what is not there', async () => {
      const { isNew, resource } = await origins.replace('eu', eu, WRITE);
      expect(isNew).toBe(true);
      expect(await origins.get('eu')).toEqual(resource);
    });

    it('replaces the whole of what is there: what is left out falls back to its default', async () => {
      await origins.create({ ...eu, capacity: { rate: 5 }, labels: { team: 'web' } }, WRITE);
      const { isNew, resource } = await origins.replace('eu', { ...eu, region: 'north' }, WRITE);
      expect(isNew).toBe(false);
      expect(resource).toMatchObject({ region: 'north', capacity: {}, labels: {} });
      expect(onChange).toHaveBeenCalledTimes(2);
    });

    it('takes the name from the path', async () => {
      const nameless = { region: eu.region, endpoints: eu.endpoints };
      expect((await origins.replace('eu', nameless, WRITE)).resource.name).toBe('eu');
    });

    it('refuses another name, and one that is no name', async () => {
      await origins.create(eu, WRITE);
      await expectRefusal(() => origins.replace('eu', { ...eu, name: 'us' }, WRITE), {
        code: 'invalid-resource',
        errors: [{ pointer: '/name' }],
      });
      await expectRefusal(() => origins.replace('Not_A_Label', { ...eu, name: undefined }, WRITE), {
        errors: [{ pointer: '/name' }],
      });
    });

    it('lets a load balancer keep its own address', async () => {
      await origins.create(eu, WRITE);
      await loadBalancers.create(shop, WRITE);
      expect((await loadBalancers.replace('shop', { ...shop, labels: { a: 'b' } }, WRITE)).isNew).toBe(false);
    });
  });

  describe('patch', () => {
    beforeEach(async () => {
      await origins.create({ ...eu, capacity: { rate: 5 }, labels: { team: 'web', rack: 'r1' } }, WRITE);
    });

    it('changes what it names, removes what it says is null, and leaves the rest', async () => {
      const patched = await origins.patch('eu', { capacity: { rate: null }, labels: { rack: null, row: '7' } }, WRITE);
      expect(patched).toMatchObject({ region: 'europe', capacity: {}, labels: { team: 'web', row: '7' } });
      expect(patched.capacity).not.toHaveProperty('rate');
      expect(patched.labels).not.toHaveProperty('rack');
      expect(await origins.get('eu')).toEqual(patched);
    });

    it('sets zero', async () => {
      expect((await origins.patch('eu', { capacity: { rate: 0 } }, WRITE)).capacity).toEqual({ rate: 0 });
    });

    it.each<[string, unknown, string]>([
      ['makes it invalid', { endpoints: [] }, '/endpoints'],
      ['has an unknown field', { colour: 'red' }, '/colour'],
      ['takes out what is needed', { region: null }, '/region'],
      ['renames it', { name: 'us' }, '/name'],
      ['is no object', ['eu'], ''],
      ['is null', null, ''],
    ])('refuses a patch that %s', async (_name, patch, pointer) => {
      await expectRefusal(() => origins.patch('eu', patch, WRITE), { code: 'invalid-resource', errors: [{ pointer }] });
    });

    it('refuses to patch what is not there', async () => {
      await expectRefusal(() => origins.patch('ghost', {}, WRITE), { code: 'not-found' });
    });

    it('checks the outcome against the others, too', async () => {
      await loadBalancers.create(shop, WRITE);
      await loadBalancers.create({ ...shop, name: 'blog', addresses: ['203.0.113.11'] }, WRITE);
      await expectRefusal(() => loadBalancers.patch('blog', { addresses: ['203.0.113.10'] }, WRITE), {
        code: 'conflict',
        errors: [{ pointer: '/listeners/0', code: 'address-in-use' }],
      });
      await expectRefusal(() => loadBalancers.patch('blog', { origins: [{ origin: 'mars' }] }, WRITE), {
        errors: [{ pointer: '/origins/0/origin' }],
      });
    });

    it('applies two patches at once one after the other', async () => {
      await Promise.all([
        origins.patch('eu', { labels: { a: '1' } }, WRITE),
        origins.patch('eu', { labels: { b: '2' } }, WRITE),
        origins.patch('eu', { capacity: { rate: 9 } }, WRITE),
      ]);
      expect(await origins.get('eu')).toMatchObject({ capacity: { rate: 9 }, labels: { a: '1', b: '2', team: 'web' } });
    });
  });

  describe('remove', () => {
    it('removes', async () => {
      await edges.create({ name: 'ams-1', site: 'ams', region: 'eu' }, WRITE);
      await edges.remove('ams-1', WRITE);
      expect((await store.snapshot()).edges).toEqual([]);
      expect(onChange).toHaveBeenCalledTimes(2);
      await expectRefusal(() => edges.remove('ams-1', WRITE), { code: 'not-found' });
    });

    it('refuses an origin in use, naming every user', async () => {
      await origins.create(eu, WRITE);
      await loadBalancers.create(shop, WRITE);
      await loadBalancers.create({ ...shop, name: 'blog', addresses: ['203.0.113.11'] }, WRITE);
      const refusal = origins.remove('eu', WRITE).catch((error: unknown) => error);
      expect(await refusal).toMatchObject({
        code: 'conflict',
        errors: [
          { code: 'origin-in-use', detail: expect.stringContaining('"blog"') as string },
          { code: 'origin-in-use', detail: expect.stringContaining('"shop"') as string },
        ],
      });
      await expectRefusal(() => origins.remove('eu', WRITE), { code: 'conflict' });

      await loadBalancers.remove('shop', WRITE);
      await loadBalancers.remove('blog', WRITE);
      await origins.remove('eu', WRITE);
      expect((await store.snapshot()).origins).toEqual([]);
    });
  });

  describe('list', () => {
    beforeEach(async () => {
      for (const name of ['d', 'b', 'e', 'a', 'c']) await origins.create({ ...eu, name }, WRITE);
    });

    /** Every page, by the names on it. */
    async function pages(limit: number): Promise<readonly (readonly string[])[]> {
      const found: string[][] = [];
      let nextCursor: string | null | undefined;
      // More pages than resources would be pages without end.
      while (nextCursor !== null && found.length <= 5) {
        const page = await origins.list({ limit, cursor: keyIn(nextCursor), label: [] });
        found.push(page.items.map(({ name }) => name));
        nextCursor = page.nextCursor;
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
      const { nextCursor } = await origins.list({ limit: 2, label: [] });
      await origins.remove('b', WRITE);
      expect(
        (await origins.list({ limit: 2, cursor: keyIn(nextCursor), label: [] })).items.map(({ name }) => name),
      ).toEqual(['c', 'd']);
    });
  });

  describe('list by labels', () => {
    beforeEach(async () => {
      await origins.create({ ...eu, name: 'a', labels: { team: 'web', tier: '' } }, WRITE);
      await origins.create({ ...eu, name: 'b', labels: { team: 'mail' } }, WRITE);
      await origins.create({ ...eu, name: 'c', labels: { team: 'web=1' } }, WRITE);
    });

    it.each([
      [[], ['a', 'b', 'c']],
      ['team', ['a', 'b', 'c']],
      ['team=web', ['a']],
      ['team=web=1', ['c']],
      [['team', 'tier'], ['a']],
      [['team=web', 'team=mail'], []],
      ['tier=', ['a']],
      ['constructor', []],
    ])('%j answers %j', async (label, names) => {
      const { items } = await origins.list({ limit: 100, label: labelsQuerySchema.parse(label) });
      expect(items.map(({ name }) => name)).toEqual(names);
    });

    it('counts only what fits towards the page', async () => {
      const label = labelsQuerySchema.parse('team=mail');
      expect(await origins.list({ limit: 1, label })).toMatchObject({ items: [{ name: 'b' }], nextCursor: null });
    });
  });

  describe('a write that expects something', () => {
    const expecting = (precondition: WriteRequest['precondition']): WriteRequest => ({ ...WRITE, precondition });
    let current: string;

    beforeEach(async () => {
      current = entityTag(await origins.create({ ...eu, labels: { a: '1', b: '2' } }, WRITE));
    });

    it('is made when the resource is as expected', async () => {
      const write = expecting({ ifMatch: `"other", ${current}` });
      const patched = await origins.patch('eu', { region: 'north' }, write);
      await expectRefusal(() => origins.remove('eu', write), { code: 'precondition-failed' });
      await origins.remove('eu', expecting({ ifMatch: entityTag(patched) }));
    });

    it.each<[string, (write: WriteRequest) => Promise<unknown>]>([
      ['replace', (write) => origins.replace('eu', eu, write)],
      ['patch', (write) => origins.patch('eu', { region: 'north' }, write)],
      ['remove', (write) => origins.remove('eu', write)],
    ])('is refused as %s when it was changed meanwhile', async (_name, send) => {
      await expectRefusal(() => send(expecting({ ifMatch: '"other"' })), { code: 'precondition-failed' });
      await expectRefusal(() => send(expecting({ ifMatch: `W/${current}` })), { code: 'precondition-failed' });
    });

    it('lets one of two at once win', async () => {
      const write = expecting({ ifMatch: current });
      const outcomes = await Promise.allSettled(
        ['north', 'south'].map((region) => origins.patch('eu', { region }, write)),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('creates only, or replaces only', async () => {
      await expectRefusal(() => origins.replace('eu', eu, expecting({ ifNoneMatch: '*' })), {
        code: 'precondition-failed',
      });
      await expectRefusal(() => origins.replace('us', { ...eu, name: 'us' }, expecting({ ifMatch: '*' })), {
        code: 'precondition-failed',
      });
      const { isNew } = await origins.replace('us', { ...eu, name: 'us' }, expecting({ ifNoneMatch: '*' }));
      expect(isNew).toBe(true);
    });
  });

  describe('a dry run', () => {
    const DRY_RUN: WriteRequest = { ...WRITE, isDryRun: true };

    it('answers what would be stored, and stores nothing', async () => {
      expect(await edges.create({ name: 'ams-1', site: 'ams', region: 'eu' }, DRY_RUN)).toMatchObject({ labels: {} });
      expect(await origins.replace('eu', eu, DRY_RUN)).toMatchObject({ isNew: true, resource: { state: 'active' } });
      expect(onChange).not.toHaveBeenCalled();
      expect(await store.snapshot()).toEqual({ loadBalancers: [], origins: [], edges: [] });

      await origins.create(eu, WRITE);
      onChange.mockClear();
      expect(await origins.patch('eu', { region: 'north' }, DRY_RUN)).toMatchObject({ region: 'north' });
      await origins.remove('eu', DRY_RUN);
      expect(await origins.get('eu')).toMatchObject({ region: 'europe' });
      expect(onChange).not.toHaveBeenCalled();
    });

    it('refuses what would be refused', async () => {
      await expectRefusal(() => loadBalancers.create(shop, DRY_RUN), { code: 'invalid-resource' });
      await expectRefusal(() => origins.remove('ghost', DRY_RUN), { code: 'not-found' });
    });
  });

  it('tells of every write who made it, and what was there before and after', async () => {
    const created = await origins.create(eu, WRITE);
    const patched = await origins.patch('eu', { region: 'north' }, WRITE);
    await origins.replace('eu', { ...eu, region: 'north' }, WRITE);
    await origins.remove('eu', { ...WRITE, isDryRun: true });
    await origins.remove('eu', WRITE);
    await origins.remove('eu', WRITE).catch(() => undefined);
    const told = { resource: 'origins/eu', actor: 'ann', requestId: 'r-1', atMs: 1_000 };
    expect(await store.events.following({}, 10, 0)).toEqual([
      expect.objectContaining({ ...told, sequence: 1, type: 'audit.created', before: null, after: created }),
      expect.objectContaining({ ...told, sequence: 2, type: 'audit.changed', before: created, after: patched }),
      expect.objectContaining({ ...told, sequence: 3, type: 'audit.deleted', before: patched, after: null }),
    ]);
  });

  it('changes nothing and tells nobody when the very same is put again, in whatever order', async () => {
    await origins.create({ ...eu, labels: { a: '1', b: '2' } }, WRITE);
    onChange.mockClear();
    const again = await origins.replace('eu', { labels: { b: '2', a: '1' }, ...eu }, WRITE);
    expect(again.isNew).toBe(false);
    await origins.patch('eu', {}, WRITE);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('tells what is not there', async () => {
    await expect(origins.get('ghost')).rejects.toMatchObject({
      code: 'not-found',
      detail: 'there is no origin "ghost"',
    });
  });
});
