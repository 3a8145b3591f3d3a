import { access, chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import libsql from 'libsql';
import { DataSource, type DataSourceOptions, MigrationExecutor } from 'typeorm';
import { type DatabaseLocation, describeLocation } from './database-location.js';
import { entitiesOf } from './entities/all-entities.js';
import { MIGRATIONS } from './migrations/migrations.js';
import { postgresOptions } from './postgres/postgres-options.js';
import { withMigrationLock } from './postgres/migration-lock.js';

/** How long a statement waits for another process that has the file locked, such as a backup. */
const BUSY_TIMEOUT_MS = 5_000;

/** The database knows migrations that this version does not. Running on would misread or damage it. */
export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew';

  constructor(
    readonly database: string,
    readonly unknownMigrations: readonly string[],
  ) {
    super(
      `database ${database} was written by a newer version of Weir (it has ${unknownMigrations.join(', ')}); ` +
        'run that version, or restore a backup from before the upgrade',
    );
  }
}

/**
 * Opens a database and brings its schema up to date. Creates an embedded one with its directories, readable by their owner
 * alone. Throws `DatabaseTooNew`, or the database's own error when it cannot be used. A `UnitOfWork` around what it answers is
 * the only safe way to use it, and to close it.
 */
export async function openDatabase(location: DatabaseLocation): Promise<DataSource> {
  await migrateDatabase(location);
  return new DataSource(optionsOf(location)).initialize();
}

/** The schema is not of this version of Weir. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

/**
 * Opens a database as it is, for whoever must change nothing in its schema. Throws `SchemaMismatch` unless that is the one
 * that migrating up to `target` gives, and an error when there is no database.
 */
export async function connectDatabase(
  location: DatabaseLocation,
  target: string | null = MIGRATIONS.at(-1)?.name ?? null,
): Promise<DataSource> {
  if ('path' in location) await access(location.path);
  const dataSource = await new DataSource(optionsOf(location, { isMigrating: true })).initialize();
  if ((await executedMigrations(dataSource)).at(-1) === target) return dataSource;
  await dataSource.destroy();
  throw new SchemaMismatch(
    `the schema of ${describeLocation(location)} is not of this version of Weir; run weir migrate first, or the version that uses it`,
  );
}

/**
 * Brings the schema up to date, or down to `target`: the name of the last migration that is to stay, with all before it;
 * `null` leaves none. Going down loses what the undone migrations brought. Answers the names of what was done, in its order.
 */
export async function migrateDatabase(
  location: DatabaseLocation,
  target: string | null = MIGRATIONS.at(-1)?.name ?? null,
): Promise<readonly string[]> {
  if ('path' in location) await createPrivateFile(location.path);
  const dataSource = await new DataSource(optionsOf(location, { isMigrating: true })).initialize();
  try {
    return await withMigrationLock(dataSource, () => migrate(dataSource, location, target));
  } finally {
    await dataSource.destroy();
  }
}

async function migrate(
  dataSource: DataSource,
  location: DatabaseLocation,
  target: string | null,
): Promise<readonly string[]> {
  const known = dataSource.migrations.map(({ name }) => name);
  const executed = await executedMigrations(dataSource);
  const unknown = executed.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new DatabaseTooNew(describeLocation(location), unknown);
  const kept = target === null ? 0 : known.indexOf(target) + 1;
  if (target !== null && kept === 0)
    throw new RangeError(`there is no migration "${target}"; there are ${known.join(', ')}`);
  const undone = executed.filter((name) => known.indexOf(name) >= kept).toReversed();
  for (let count = 0; count < undone.length; count += 1) await dataSource.undoLastMigration();
  dataSource.migrations.splice(kept);
  const done = await dataSource.runMigrations();
  return [...undone, ...done.map(({ name }) => name)];
}

/** Names, oldest first. */
async function executedMigrations(dataSource: DataSource): Promise<readonly string[]> {
  const newestFirst = await new MigrationExecutor(dataSource).getExecutedMigrations();
  return newestFirst.map(({ name }) => name).toReversed();
}

/** SQLite gives its journal files the mode of the database file. */
async function createPrivateFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);
  await file.close();
  await chmod(path, 0o600);
}

function optionsOf(location: DatabaseLocation, { isMigrating } = { isMigrating: false }): DataSourceOptions {
  const shared = {
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  } as const;
  if ('url' in location) {
    return { ...postgresOptions(location.url, { isMigrating }), ...shared, entities: entitiesOf('postgres') };
  }
  return { ...embeddedOptions(location.path), ...shared, entities: entitiesOf('sqlite') };
}

function embeddedOptions(path: string) {
  return {
    type: 'better-sqlite3' as const,
    driver: libsql,
    database: path,
    timeout: BUSY_TIMEOUT_MS,
    enableWAL: true,
    // In WAL mode anything less than FULL may lose the last commits when the power fails. The driver turns foreign keys on.
    prepareDatabase: (connection: Pragmas) => {
      connection.pragma('synchronous = FULL');
    },
  };
}

interface Pragmas {
  pragma(statement: string): unknown;
}
