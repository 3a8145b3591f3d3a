import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntityManager } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { edgeName } from '#core/model/name.js';
import { anEdge } from '#testkit/model-builders.js';
import { resourceEntity } from './entities/resource-entity.js';
import { openDatabase } from './open-database.js';
import { TypeormConfigurationStore } from './typeorm-configuration-store.js';
import { UnitOfWork } from './unit-of-work.js';

describe('what was last read', () => {
  let directory: string;
  let unitOfWork: UnitOfWork;
  let store: TypeormConfigurationStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-configuration-'));
    unitOfWork = new UnitOfWork(await openDatabase({ path: join(directory, 'weir.db') }));
    store = new TypeormConfigurationStore(unitOfWork);
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await unitOfWork.close();
    await rm(directory, { recursive: true });
  });

  const putEdge = (name: string) =>
    store.change(() => ({ writes: [{ action: 'put', kind: 'edge', resource: anEdge(name) }], answer: null }));
  const edges = async () => (await store.snapshot()).edges.map(({ name }) => name);

  it('is not read again until something changes', async () => {
    await putEdge('ams');
    store.forget();
    const run = vi.spyOn(unitOfWork, 'run');
    expect([await edges(), await edges()]).toEqual([['ams'], ['ams']]);
    expect(run).toHaveBeenCalledOnce();
    await putEdge('fra');
    expect(await edges()).toEqual(['ams', 'fra']);
  });

  it('is read again by whoever asks while it changes', async () => {
    await edges();
    const changing = putEdge('ams');
    expect(await edges()).toEqual(['ams']);
    await changing;
    expect(await edges()).toEqual(['ams']);
  });

  it('is read again after a change that failed', async () => {
    await putEdge('ams');
    const failing = store.change(() => {
      throw new Error('not today');
    });
    await expect(failing).rejects.toThrow('not today');
    expect(await edges()).toEqual(['ams']);
  });

  it('grows by what is written, and is not read again for the next change', async () => {
    await putEdge('b');
    const find = vi.spyOn(EntityManager.prototype, 'find');
    for (const name of ['c', 'a', 'b']) await putEdge(name);
    await store.change(() => ({ writes: [{ action: 'remove', kind: 'edge', name: edgeName('c') }], answer: null }));
    expect(await edges()).toEqual(['a', 'b']);
    expect(find).not.toHaveBeenCalledWith(resourceEntity);
    store.forget();
    expect(await edges()).toEqual(['a', 'b']);
  });

  it('loses none of many changes at once, each deciding from the one before, and reads none again', async () => {
    await edges();
    const find = vi.spyOn(EntityManager.prototype, 'find');
    const counted = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.change(({ edges: known }) => ({
          writes: [{ action: 'put', kind: 'edge', resource: anEdge(`e${index}`) }],
          answer: known.length,
        })),
      ),
    );
    expect(counted).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(find).not.toHaveBeenCalledWith(resourceEntity);
  });
});
