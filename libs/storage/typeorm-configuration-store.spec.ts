import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anEdge } from '#testkit/model-builders.js';
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
    await unitOfWork.close();
    await rm(directory, { recursive: true });
  });

  const putEdge = (name: string) =>
    store.change(() => ({ writes: [{ action: 'put', kind: 'edge', resource: anEdge(name) }], answer: null }));
  const edges = async () => (await store.snapshot()).edges.map(({ name }) => name);

  it('is not read again until something changes', async () => {
    await putEdge('ams');
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
});
