import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edgeName, loadBalancerName } from '#core/model/name.js';
import type { DatabaseLocation } from '#storage/database-location.js';
import { MIGRATIONS } from '#storage/migrations/migrations.js';
import { DatabaseTooNew, migrateDatabase, openDatabase } from '#storage/open-database.js';
import { TypeormConfigurationStore } from '#storage/typeorm-configuration-store.js';
import { TypeormSchedulerStore } from '#storage/typeorm-scheduler-store.js';
import { UnitOfWork } from '#storage/unit-of-work.js';
import { aCycleRecord } from '#testkit/cycle-builders.js';
import { anEdge } from '#testkit/model-builders.js';
import { describeWith } from '#testkit/real-part.js';
import { createDatabase, postgresPart } from '#testkit/throw-away-database.js';

interface Dialect {
  /** A database that Weir has never seen, and how to be rid of it. */
  readonly create: () => Promise<{ readonly location: DatabaseLocation; readonly remove: () => Promise<void> }>;
  readonly listTables: string;
}

const sqlite: Dialect = {
  async create() {
    const directory = await mkdtemp(join(tmpdir(), 'weir-schema-'));
    return { location: { path: join(directory, 'weir.db') }, remove: () => rm(directory, { recursive: true }) };
  },
  listTables: `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
};

const postgresOn = (serverUrl: string): Dialect => ({
  async create() {
    const { url, remove } = await createDatabase(serverUrl, { isMigrated: false });
    return { location: { url }, remove };
  },
  listTables: `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
});

const NAMES = MIGRATIONS.map(({ name }) => name);

/** What TypeORM would have to change to make the schema fit the entities. */
async function schemaDrift(dataSource: DataSource): Promise<readonly string[]> {
  return (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
}

/** Puts a row into every table that has one in ordinary life. */
async function fill(dataSource: DataSource): Promise<void> {
  const unitOfWork = new UnitOfWork(dataSource);
  const write = { action: 'put', kind: 'edge', resource: anEdge('ams') } as const;
  const removal = { action: 'remove', kind: 'load-balancer', name: loadBalancerName('gone') } as const;
  await new TypeormConfigurationStore(unitOfWork).change(() => ({ writes: [write, removal], answer: null }));
  const store = new TypeormSchedulerStore(unitOfWork, { cyclesKept: 5, historyBytes: 1_000_000 });
  await store.commit(1, await aCycleRecord(), [{ edge: edgeName('ams'), document: '{}' }]);
}

function everySchema({ create, listTables }: Dialect): void {
  let database: Awaited<ReturnType<Dialect['create']>>;
  const opened: DataSource[] = [];

  beforeEach(async () => {
    database = await create();
  });

  afterEach(async () => {
    for (const dataSource of opened.splice(0)) await dataSource.destroy();
    await database.remove();
  });

  const open = async (): Promise<DataSource> => {
    const dataSource = await openDatabase(database.location);
    opened.push(dataSource);
    return dataSource;
  };
  const tables = async (dataSource: DataSource) =>
    (await dataSource.query<{ name: string }[]>(listTables)).map(({ name }) => name).sort();

  it('is what the entities describe', async () => {
    expect(await schemaDrift(await open())).toEqual([]);
  });

  it('is told when it is not', async () => {
    const dataSource = await open();
    await dataSource.query('ALTER TABLE resources DROP COLUMN document');
    expect(await schemaDrift(dataSource)).not.toEqual([]);
  });

  it.each([
    ['empty', () => Promise.resolve()],
    ['filled', fill],
  ])('goes down and up again, %s', async (_label, prepare) => {
    const dataSource = await open();
    await prepare(dataSource);
    const before = await tables(dataSource);
    expect(before.length).toBeGreaterThan(5);
    expect(await migrateDatabase(database.location, null)).toEqual(NAMES.toReversed());
    expect(await tables(dataSource)).toEqual(['migrations']);
    expect(await migrateDatabase(database.location)).toEqual(NAMES);
    expect(await tables(dataSource)).toEqual(before);
    expect(await schemaDrift(dataSource)).toEqual([]);
    await fill(dataSource);
  });

  it('goes down to each migration, one by one, and up from there', async () => {
    await open();
    for (const [index, name] of [...NAMES.entries()].toReversed()) {
      expect(await migrateDatabase(database.location, name)).toEqual(NAMES.slice(index + 1).slice(0, 1));
    }
    expect(await migrateDatabase(database.location)).toEqual(NAMES.slice(1));
  });

  it('refuses to go to a migration that is none', async () => {
    await expect(migrateDatabase(database.location, 'Nowhere')).rejects.toThrow(NAMES[0]);
  });

  it('is made once, by several that start at once', async () => {
    const done = await Promise.all([migrateDatabase(database.location), migrateDatabase(database.location)]);
    expect(done.flat()).toEqual(NAMES);
  });

  it('of a newer version is refused, and left as it is', async () => {
    const dataSource = await open();
    await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    await expect(openDatabase(database.location)).rejects.toBeInstanceOf(DatabaseTooNew);
    await expect(openDatabase(database.location)).rejects.toThrow('Later9999999999999');
  });
}

describe('schema, embedded database', () => {
  everySchema(sqlite);
});

describeWith('schema, PostgreSQL', postgresPart(), (serverUrl) => {
  everySchema(postgresOn(serverUrl));
});
