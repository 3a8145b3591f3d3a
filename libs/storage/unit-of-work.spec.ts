import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageUnavailable } from '#core/ports/storage-unavailable.js';
import { resourceEntity } from './entities/resource-entity.js';
import { openDatabase } from './open-database.js';
import { UnitOfWork } from './unit-of-work.js';

let directory: string;
let path: string;
let dataSource: DataSource;
let unitOfWork: UnitOfWork;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-unit-of-work-'));
  path = join(directory, 'weir.db');
  dataSource = await openDatabase({ path });
  unitOfWork = new UnitOfWork(dataSource);
});

afterEach(async () => {
  if (dataSource.isInitialized) await unitOfWork.close();
  await rm(directory, { recursive: true });
});

async function put(manager: EntityManager, name: string, document = '{}'): Promise<void> {
  await manager.insert(resourceEntity, { kind: 'edge', name, document });
}

async function names(manager: EntityManager): Promise<readonly string[]> {
  return (await manager.find(resourceEntity)).map(({ name }) => name).sort();
}

/** What another process finds in the file, which is only what was committed. */
async function committedNames(): Promise<readonly string[]> {
  const other = await openDatabase({ path });
  try {
    return await names(other.manager);
  } finally {
    await other.destroy();
  }
}

/** The database does its work synchronously, so all that is free to run has run after a few turns of the event loop. */
async function letOthersRun(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

describe('UnitOfWork', () => {
  it('keeps the commit of one when a concurrent one rolls back', async () => {
    const failing = unitOfWork.run(async (manager) => {
      await put(manager, 'a');
      await letOthersRun();
      throw new Error('no');
    });
    const succeeding = unitOfWork.run(async (manager) => {
      await put(manager, 'b1');
      await letOthersRun();
      await put(manager, 'b2');
    });
    const results = await Promise.allSettled([failing, succeeding]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await unitOfWork.run(names)).toEqual(['b1', 'b2']);
  });

  it('does not show a reader what is not committed', async () => {
    const writing = unitOfWork.run(async (manager) => {
      await put(manager, 'a');
      await letOthersRun();
      await put(manager, 'b');
    });
    expect(await unitOfWork.run(names)).toEqual(['a', 'b']);
    await writing;
  });

  it('runs one at a time, in the order of the calls', async () => {
    const log: string[] = [];
    await Promise.all(
      ['first', 'second', 'third'].map((name) =>
        unitOfWork.run(async () => {
          log.push(`${name} begins`);
          await letOthersRun();
          log.push(`${name} ends`);
        }),
      ),
    );
    const [first, second, third] = ['first', 'second', 'third'].map((name) => [`${name} begins`, `${name} ends`]);
    expect(log).toEqual([first, second, third].flat());
  });

  it('passes on what failed, and writes nothing of it', async () => {
    const refusal = new Error('no');
    const failing = unitOfWork.run(async (manager) => {
      await put(manager, 'a');
      throw refusal;
    });
    await expect(failing).rejects.toBe(refusal);
    const colliding = unitOfWork.run(async (manager) => {
      await put(manager, 'b');
      await put(manager, 'b');
    });
    await expect(colliding).rejects.toThrow('UNIQUE');
    expect(await committedNames()).toEqual([]);
  });

  it('commits what comes after the database ended a transaction on its own, as on a full disk', async () => {
    await dataSource.query('PRAGMA max_page_count = 30');
    const tooMuch = unitOfWork.run((manager) => put(manager, 'large', 'x'.repeat(1_000_000)));
    await expect(tooMuch).rejects.toThrow(StorageUnavailable);
    await expect(unitOfWork.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await unitOfWork.run((manager) => put(manager, 'small'));
    expect(await committedNames()).toEqual(['small']);
  });

  it('ends a transaction whose commit failed', async () => {
    await dataSource.query('CREATE TABLE parent (id integer PRIMARY KEY)');
    await dataSource.query('CREATE TABLE child (id integer REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)');
    const dangling = unitOfWork.run(async (manager) => {
      await put(manager, 'a');
      await manager.query('INSERT INTO child (id) VALUES (1)');
    });
    await expect(dangling).rejects.toThrow('FOREIGN KEY');
    await unitOfWork.run((manager) => put(manager, 'b'));
    expect(await committedNames()).toEqual(['b']);
  });

  it('closes after what was asked for before, and rejects what comes later', async () => {
    const writing = unitOfWork.run(async (manager) => {
      await letOthersRun();
      await put(manager, 'a');
    });
    const closed = unitOfWork.close();
    const late = unitOfWork.run((manager) => put(manager, 'b'));
    await Promise.all([writing, closed, expect(late).rejects.toThrow('not open')]);
    expect(await committedNames()).toEqual(['a']);
  });
});
