import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName } from '#core/model/name.js';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { anEdge } from '#testkit/model-builders.js';
import { MIGRATIONS } from './migrations/migrations.js';
import { DatabaseTooNew, openDatabase } from './open-database.js';
import { TypeormConfigurationStore } from './typeorm-configuration-store.js';
import { TypeormSchedulerStore } from './typeorm-scheduler-store.js';
import { UnitOfWork } from './unit-of-work.js';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-database-'));
  path = join(directory, 'data', 'of', 'weir.db');
});

afterEach(() => rm(directory, { recursive: true }));

async function withDatabase<Result>(use: (dataSource: DataSource) => Promise<Result>): Promise<Result> {
  const dataSource = await openDatabase({ path });
  try {
    return await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** Puts a row into every table. */
async function fill(dataSource: DataSource): Promise<void> {
  const unitOfWork = new UnitOfWork(dataSource);
  const write = { action: 'put', kind: 'edge', resource: anEdge('ams') } as const;
  const removal = { action: 'remove', kind: 'load-balancer', name: loadBalancerName('gone') } as const;
  await new TypeormConfigurationStore(unitOfWork).change(() => ({ writes: [write, removal], answer: null }));
  const store = new TypeormSchedulerStore(unitOfWork, { cyclesKept: 5, historyBytes: 1_000_000 });
  await store.commit(1, await aCycleRecord(), [{ edge: edgeName('ams'), document: '{}' }]);
}

describe('openDatabase', () => {
  it('creates file and directory for their owner alone', async () => {
    await withDatabase(fill);
    const modeOf = async (name: string) => (await stat(name)).mode & 0o777;
    expect(await modeOf(dirname(path))).toBe(0o700);
    const files = await readdir(dirname(path));
    expect(files).toContain('weir.db');
    for (const file of files) expect(await modeOf(join(dirname(path), file))).toBe(0o600);
  });

  it('takes access from others to a file that is already there', async () => {
    path = join(directory, 'weir.db');
    await writeFile(path, '', { mode: 0o644 });
    await withDatabase(() => Promise.resolve());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('waits for locks, checks references, and syncs every commit to the disk', async () => {
    await withDatabase(async (dataSource) => {
      const pragma = async (name: string) => {
        const rows: Record<string, unknown>[] = await dataSource.query(`PRAGMA ${name}`);
        return Object.values(rows[0]!)[0];
      };
      expect(await pragma('journal_mode')).toBe('wal');
      expect(await pragma('synchronous')).toBe(2);
      expect(await pragma('foreign_keys')).toBe(1);
      expect(await pragma('busy_timeout')).toBe(5_000);
    });
  });

  it('migrates once', async () => {
    const executed = () =>
      withDatabase((dataSource) => dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id'));
    const expected = MIGRATIONS.map(({ name }) => ({ name }));
    expect(await executed()).toEqual(expected);
    expect(await executed()).toEqual(expected);
  });

  it('lists its migrations in order of their time', () => {
    const times = MIGRATIONS.map(({ name }) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(times).not.toContain(Number.NaN);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });

  it('refuses a database of a newer version, and leaves it as it is', async () => {
    await withDatabase(async (dataSource) => {
      await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    });
    const opening = openDatabase({ path });
    await expect(opening).rejects.toBeInstanceOf(DatabaseTooNew);
    await expect(opening).rejects.toThrow('Later9999999999999');
    await expect(opening).rejects.toThrow(path);
  });

  it('refuses a file that is no database, and leaves it as it is', async () => {
    path = join(directory, 'weir.db');
    await writeFile(path, 'not a database '.repeat(1_000));
    await expect(openDatabase({ path })).rejects.toThrow('not a database');
    expect((await stat(path)).size).toBe(15_000);
  });

  it('tells which document was damaged', async () => {
    await withDatabase(async (dataSource) => {
      await fill(dataSource);
      await dataSource.query(`UPDATE resources SET document = substr(document, 1, 10)`);
      const snapshot = new TypeormConfigurationStore(new UnitOfWork(dataSource)).snapshot();
      await expect(snapshot).rejects.toThrow('table "resources", key "edge/ams"');
    });
  });
});
